"""A recipe names its items, and what differs between two."""

from pathlib import Path

import pytest

from valuenet.warehouse.errors import StorageError
from valuenet.warehouse.recipes.kept import keep_recipe, read_recipe
from valuenet.warehouse.recipes.recipe import Recipe, differences


def recipe(**changed) -> Recipe:
    items = {
        "step": "count words",
        "code": "c1",
        "definitions": {"count": ["d1"], "cut": ["d2"]},
        "data": {"words.txt": "f1"},
        "libraries": {"numpy": "2.4.0", "Python": "3.11"},
        "settings": {"longest": 9, "words.kept": ["a"]},
        "inputs": {"scenarios": "0123456789abcdef"},
        "where": {"count d1": "steps/counting.py", "cut d2": "shared/kernel.py"},
    }
    return Recipe(**{**items, **changed})


def said(**changed) -> list[str]:
    return [str(change) for change in differences(recipe(), recipe(**changed))]


def test_the_same_items_are_the_same_recipe_wherever_they_stand():
    assert said(where={}) == []
    assert recipe(where={}).key() == recipe().key()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"code": "c2", "definitions": {"count": ["d9"], "cut": ["d2"]}, "where": {"count d9": "rooms/counting.py"}},
            "code rooms/counting.py: count: changed",
        ),
        ({"code": "c2", "definitions": {"count": ["d1"]}}, "code shared/kernel.py: cut: is no longer used"),
        ({"code": "c2"}, "code count words: names in it now refer to other definitions"),
        ({"data": {"words.txt": "f2"}}, "data file words.txt: f1 -> f2"),
        ({"libraries": {"numpy": "2.5.0", "Python": "3.11"}}, "library numpy: 2.4.0 -> 2.5.0"),
        ({"settings": {"longest": 10, "words.kept": ["a"]}}, "setting longest: 9 -> 10"),
        ({"settings": {"longest": 9, "words.kept": ["a", "b"]}}, 'setting words.kept: ["a"] -> ["a", "b"]'),
        ({"inputs": {"scenarios": "fedcba9876543210"}}, "input scenarios: 0123456789ab -> fedcba987654"),
        ({"inputs": {"scenarios": None}}, "input scenarios: 0123456789ab -> not there"),
        ({"services": {"words": "edition 2"}}, "service words: is new (edition 2)"),
    ],
)
def test_what_differs_is_one_sentence_and_another_key(changed, sentence):
    assert said(**changed) == [sentence]
    assert recipe(**changed).key() != recipe().key()


def test_a_recipe_is_kept_once_and_read_again(tmp_path):
    key = keep_recipe(str(tmp_path), recipe())
    assert keep_recipe(str(tmp_path), recipe(where={})) == key
    assert [path.name for path in (tmp_path / "_recipes").iterdir()] == [f"{key}.json"]
    assert read_recipe(str(tmp_path), key) == recipe()
    assert read_recipe(str(tmp_path), "0" * 64) is None


def test_a_kept_recipe_that_does_not_read_is_none(tmp_path):
    key = keep_recipe(str(tmp_path), recipe())
    (tmp_path / "_recipes" / f"{key}.json").write_text('{"step": ')
    assert read_recipe(str(tmp_path), key) is None


def test_a_place_that_takes_nothing_is_one_sentence(tmp_path):
    file = Path(tmp_path / "file")
    file.write_text("no folder")
    with pytest.raises(StorageError, match="recipe of count words cannot be kept"):
        keep_recipe(str(file), recipe())
