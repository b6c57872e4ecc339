"""A recipe changes with code, settings, services and the content read, and with nothing else."""

import importlib
from pathlib import Path

import pytest

from valuenet.flows import recipe
from valuenet.flows.recipe import code_hash, fingerprint_of, recipe_of
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import KeywordDecisions, Scenarios


class Cut(Settings):
    """How long a text may be."""

    longest: int = 9


class Words:
    """A service that stands for contents."""

    fingerprint = "edition 1"


def cut_texts(scenarios, settings):
    return scenarios


def scenarios(*texts: str):
    return Scenarios.frame(
        [{"scenario_id": scenario_id(t), "text": t, "corpus": "made", "area": "made"} for t in texts]
    )


@pytest.fixture
def store(tmp_path) -> Warehouse:
    store = Warehouse(tmp_path / "warehouse")
    store.write(Scenarios, scenarios("one", "two"), recipe="first")
    return store


def the_recipe(store: Warehouse, settings: Cut | None = None, function=cut_texts, **services) -> str:
    return recipe_of(function, settings or Cut(), store, (Scenarios, KeywordDecisions), services)


def test_the_same_step_has_the_same_recipe(store):
    assert the_recipe(store) == the_recipe(Warehouse(store.uri))
    assert len(the_recipe(store)) == 64


def test_settings_services_code_and_function_change_it(store, monkeypatch):
    def another(scenarios, settings):
        return scenarios

    found = {
        "as it was": the_recipe(store),
        "settings": the_recipe(store, Cut(longest=10)),
        "function": the_recipe(store, function=another),
        "service": the_recipe(store, words=Words()),
        "known pairs": the_recipe(store, known=frozenset({("s-1", "POWER")})),
        "fewer known pairs": the_recipe(store, known=frozenset()),
    }
    monkeypatch.setattr(recipe, "code_hash", lambda package: "other code")
    found["code"] = the_recipe(store)
    assert len(set(found.values())) == len(found)


def test_a_table_read_counts_by_its_content_not_by_how_it_came_about(store):
    before = the_recipe(store)
    store.write(Scenarios, scenarios("two", "one"), recipe="second")
    assert store.state(Scenarios).version == 1
    assert the_recipe(store) == before
    store.write(Scenarios, scenarios("two", "three"), recipe="second")
    assert the_recipe(store) != before


def test_a_table_that_is_not_there_differs_from_an_empty_one(store):
    before = the_recipe(store)
    store.append(KeywordDecisions, KeywordDecisions.frame())
    assert the_recipe(store) != before


def test_a_service_is_known_by_what_it_stands_for():
    assert fingerprint_of(Words()) == "edition 1"
    assert fingerprint_of("a place") == "a place"
    assert fingerprint_of(object()) is None
    pairs = [("s-1", "POWER"), ("s-2", "HEDONISM"), ("s-3", "SECURITY")]
    assert fingerprint_of(frozenset(pairs)) == fingerprint_of(frozenset(reversed(pairs)))
    assert fingerprint_of(frozenset(pairs)) != fingerprint_of(frozenset(pairs[1:]))


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "made_package_of_test"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "step.py").write_text("ONE = 1\n")
    (folder / "data" / "words.csv").write_text("word\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return folder


def test_code_is_every_module_and_data_file_of_the_package(package):
    fresh = code_hash.__wrapped__
    seen = [fresh(package.name)]
    for name, text in (("step.py", "ONE = 2\n"), ("data/words.csv", "word\nlove\n"), ("more.py", "")):
        (package / name).write_text(text)
        seen.append(fresh(package.name))
    assert len(set(seen)) == 4
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "step.cpython-311.pyc").write_bytes(b"anything")
    assert fresh(package.name) == seen[-1]
