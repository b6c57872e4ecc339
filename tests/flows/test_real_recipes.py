"""The real steps on a copy of our code: which of them an edit makes stale, and that moving house makes none."""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from valuenet.curation.reddit.dump.decoding import decode_dump
from valuenet.curation.reddit.intake.anonymiser import take_month
from valuenet.flows.why_stale import WRITTEN
from valuenet.models.detector.training import DECISIVE as DETECTOR
from valuenet.models.detector.words import CategoryWords
from valuenet.models.emotion.training import DECISIVE as EMOTION
from valuenet.models.scoring.shards import score_shard
from valuenet.models.scoring.texts import score_texts
from valuenet.models.values.training import DECISIVE as VALUE
from valuenet.warehouse.recipes.closure import Code

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("curation", "annotation", "models", "warehouse", "flows")
STEPS: dict[str, tuple[Any, ...]] = {
    **{step.function.__name__: (step.function,) for step in WRITTEN.values()},
    "ingest": (take_month, decode_dump),
    "text_scores": (score_texts, CategoryWords),
    "value_model": VALUE,
    "detector": DETECTOR,
    "emotion": EMOTION,
    "score": (score_shard,),
}
REDDIT = {"find_repeats", "rebuild_exchanges", "choose_other_replies", "choose_support_examples"}
TRAINED = {"value_model", "detector", "emotion"}


def place_of(function: Any) -> tuple[str, str]:
    return function.__module__, function.__qualname__


def recipes(place: Callable[[str, str], str] = lambda module, _: module) -> dict[str, Any]:
    """Return what decides in the code of every step, as it is on disk now."""
    code = Code()
    found = {}
    for name, functions in STEPS.items():
        roots = [SimpleNamespace(__module__=place(*place_of(f)), __qualname__=place_of(f)[1]) for f in functions]
        found[name] = code.parts(roots)[:4]
    return found


@pytest.fixture(scope="module")
def original() -> dict[str, Any]:
    return recipes()


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / "valuenet" / package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return tmp_path / "valuenet"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def stale(original: dict[str, Any]) -> set[str]:
    now = recipes()
    return {name for name, parts in original.items() if parts != now[name]}


def test_a_copy_elsewhere_is_the_same_code(copy, original):
    assert stale(original) == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        ("models/serve/data/page.css", "{", "{ ", set()),
        ("annotation/data/report.css", "{", "{ ", set()),
        ("models/values/card.py", "# ", "## ", set()),
        ("models/interpret/explain.py", '"""', '"""Not ', set()),
        ("models/detector/data/category_words.toml", "\n", "\n\n", {"text_scores"}),
        ("curation/data/first_names.txt", "\n", "\nzaphod\n", {"ingest"}),
        ("curation/data/published_keywords.csv", "\n", "\n\n", {"choose_keywords"}),
        ("annotation/consensus.py", "def agree(", "def agree(  # people\n    ", set()),
    ],
)
def test_a_file_makes_those_steps_stale_that_read_it(copy, original, file, old, new, wanted):
    edit(copy / file, old, new)
    assert stale(original) == wanted


def add_statement(path: Path, function: str) -> None:
    """Let a function do something more."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if re.match(rf"\s*def {function}\(", line))
    indent = re.match(r"\s*", lines[at]).group()
    end = next(i for i in range(at, len(lines)) if lines[i].rstrip().endswith(":"))
    lines.insert(end + 1, f"{indent}    print('more')\n")
    path.write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "function", "wanted"),
    [
        ("models/values/trainer.py", "build_trainer", {"value_model"}),
        ("models/detector/trainer.py", "build_detector_trainer", {"detector"}),
        ("models/emotion/training.py", "fit_head", {"emotion"}),
        ("models/values/card.py", "render_model_card", set()),
        ("models/interpret/radar.py", "draw_radar", set()),
        ("curation/datamuse.py", "_parse", set()),
        ("annotation/consensus.py", "agree", {"agree"}),
        ("curation/reddit/intake/privacy.py", "replace_personal_data", {"ingest"}),
        ("models/training/weight_average.py", "follow", {"value_model", "detector"}),
        ("models/encoding/text_vectors.py", "vectors", {"value_model", "detector", "emotion", "score"}),
        ("models/benchmark/report.py", "render_benchmark", set()),
        ("warehouse/release/support/card.py", "write_support_card", set()),
    ],
)
def test_a_changed_function_makes_those_steps_stale_that_reach_it(copy, original, file, function, wanted):
    add_statement(copy / file, function)
    assert stale(original) == wanted


def test_a_change_of_what_all_share_reaches_all_who_use_it(copy, original):
    edit(copy / "warehouse/vocabulary.py", "VALUES", "VALUES_")
    edit(copy / "warehouse/settings.py", "frozen=True", "frozen=False")
    assert stale(original) >= {"agree", "ingest", *REDDIT, *TRAINED} - {"find_repeats"}


ROOMS = {
    "curation.reddit.dump.decoding": "curation.reddit.reading.decoding",
    "curation.reddit.intake.privacy": "curation.reddit.anonymiser.privacy",
    "annotation.consensus": "annotation.labels.consensus",
    "models.values.trainer": "models.learning.trainer",
    "models.values.training": "models.learning.training",
    "models.values.metrics": "models.learning.metrics",
    "warehouse.hashing": "warehouse.keys.hashing",
}


def test_moving_house_makes_nothing_stale(tmp_path, monkeypatch, original):
    """Packages of another name, files in rooms of another name, and every import rewritten."""
    home = tmp_path / "valuenet_moved"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, home / package, ignore=shutil.ignore_patterns("__pycache__"))
    for old, new in ROOMS.items():
        target = home / f"{new.replace('.', '/')}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        (target.parent / "__init__.py").touch()
        shutil.move(home / f"{old.replace('.', '/')}.py", target)
    for path in home.rglob("*.py"):
        path.write_text(moved(path.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    now = recipes(lambda module, _: f"valuenet_moved.{ROOMS.get(_inside(module), _inside(module))}")
    assert {name for name, parts in original.items() if parts != now[name]} == set()


def _inside(module: str) -> str:
    return module.removeprefix("valuenet.")


def moved(text: str) -> str:
    for old, new in ROOMS.items():
        named = rf"^(\s*(?:from|import) )valuenet\.{re.escape(old)}(?=\s)"
        text = re.sub(named, rf"\g<1>valuenet_moved.{new}", text, flags=re.MULTILINE)
    text = re.sub(r"^(\s*(?:from|import) )valuenet(?=\.)", r"\g<1>valuenet_moved", text, flags=re.MULTILINE)
    return re.sub(r'files\("valuenet\.', 'files("valuenet_moved.', text)
