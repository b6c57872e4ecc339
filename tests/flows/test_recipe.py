"""A recipe changes with code, settings, services and the content read, and with nothing else."""

import pytest

from valuenet.flows.recipe import fingerprint_of, recipe_of
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.recipes.closure import Code, code_now
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
    parts = code_now().parts([cut_texts])
    monkeypatch.setattr(Code, "parts", lambda self, functions: parts._replace(content="other code"))
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
