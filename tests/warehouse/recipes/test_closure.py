"""What a function can reach counts, by what it says; where it stands, and what it cannot reach, does not."""

import pytest

from tests.warehouse.recipes.made_house import House
from valuenet.warehouse.recipes import libraries


@pytest.fixture
def house(tmp_path, monkeypatch) -> House:
    return House(tmp_path, monkeypatch)


def test_what_is_reached_is_named_with_the_libraries_and_the_data_files(house):
    parts = house.parts()
    assert set(parts.definitions) == {"LEAST", "WEIGHTS", "count", "cut", "listed", "stop_words", "weight"}
    assert set(parts.data) == {"words.txt"}
    assert set(parts.libraries) == {"Python", "numpy"}
    where = parts.where[f"weight {parts.definitions['weight'][0]}"]
    assert where == "made_shared/kernel.py"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("made_steps/counting.py", "LEAST = 2", "LEAST = 3"),
        ("made_steps/counting.py", "len(word) >= LEAST", "len(word) > LEAST"),
        ("made_steps/lazy.py", '{"the"}', '{"the", "a"}'),
        ("made_shared/kernel.py", "text.split()", 'text.split(" ")'),
        ("made_shared/weights.py", '"love": 2', '"love": 5'),
        ("made_steps/data/words.txt", "and", "or"),
        (
            "made_steps/counting.py",
            "from made_shared.kernel import cut",
            "from made_shared.kernel import weight as cut",
        ),
        ("made_steps/counting.py", "import numpy as np", "import math as np"),
        ("made_shared/kernel.py", "import WEIGHTS", "import OTHERS as WEIGHTS"),
    ],
)
def test_a_change_of_what_is_reached_is_seen(house, file, old, new):
    before = house.decides()
    house.replace(file, old, new)
    assert house.decides() != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("made_steps/counting.py", '"unrelated": 1', '"unrelated": 2'),
        ("made_steps/lazy.py", "return 1", "return 2"),
        ("made_steps/typing_only.py", "pass", "more = 1"),
        ("made_steps/page.py", "return files", "return 2 * files"),
        ("made_steps/data/page.css", "p {}", "p {color: red}"),
        ("made_shared/weights.py", '"hate": 3', '"hate": 4'),
        ("made_steps/counting.py", '"""Return how many words are long enough."""', '"""Return a count."""  # no more'),
        ("made_steps/counting.py", "LEAST = 2", "LEAST = (\n    2  # letters\n)"),
        ("made_steps/counting.py", '"""Counts words."""', '"""Words, counted."""'),
        ("made_steps/counting.py", "from made_shared.kernel import cut", "from made_shared.kernel import cut as cut"),
        (
            "made_steps/counting.py",
            "import numpy as np",
            "import numpy as numpy\nfrom numpy import sum\nimport numpy as np",
        ),
    ],
)
def test_a_change_of_what_is_not_reached_and_of_words_about_it_is_not(house, file, old, new):
    before = house.decides()
    house.replace(file, old, new)
    assert house.decides() == before


def test_a_function_and_a_module_that_only_move_change_nothing(house):
    before = house.decides()
    house.write("made_shared/deep/__init__.py", "")
    house.write("made_shared/deep/tables.py", (house.folder / "made_shared/weights.py").read_text())
    (house.folder / "made_shared/weights.py").unlink()
    house.replace("made_shared/kernel.py", "made_shared.weights", "made_shared.deep.tables")
    house.replace("made_shared/kernel.py", "\n\ndef cut(text):\n    return text.split()\n", "")
    house.write("made_steps/cutting.py", "def cut(text):\n    return text.split()\n")
    house.replace("made_steps/counting.py", "from made_shared.kernel import cut", "import made_steps.cutting")
    house.replace("made_steps/counting.py", "in cut(text)", "in made_steps.cutting.cut(text)")
    assert house.decides() == before


def test_a_name_that_is_handed_on_leads_to_what_it_stands_for(house):
    before = house.decides()
    house.write("made_shared/__init__.py", "from made_shared.kernel import cut\n")
    house.replace("made_steps/counting.py", "from made_shared.kernel import cut", "from made_shared import cut")
    assert house.decides() == before
    house.replace("made_shared/kernel.py", "text.split()", "list(text)")
    assert house.decides() != before


@pytest.mark.parametrize(
    "acts",
    [
        'WEIGHTS["war"] = 0\n',
        "WEIGHTS.clear()\n",
        "try:\n    import orjson\nexcept ImportError:\n    WEIGHTS = {}\n",
        "def put(word):\n    WEIGHTS[word] = 1\n    return word\n\n\nPEACE = put('peace')\n",
        "def kept(function):\n    return function\n\n\n@kept\ndef beside():\n    return 1\n",
        "class Noted:\n    def __init_subclass__(cls):\n        WEIGHTS[cls] = 1\n\nclass Love(Noted):\n    pass\n",
        "import made_shared.patch\n",
    ],
)
def test_what_a_module_does_while_it_is_imported_counts_though_nothing_names_it(house, acts):
    house.write("made_shared/patch.py", "import json\n\njson.dumps = str\n")
    before = house.decides()
    text = (house.folder / "made_shared/weights.py").read_text()
    house.write("made_shared/weights.py", text + acts)
    assert house.decides() != before


def test_a_package_that_acts_when_it_is_imported_counts_for_its_modules(house):
    before = house.decides()
    house.write("made_shared/__init__.py", "import numpy\n\nnumpy.seterr(all='raise')\n")
    assert house.decides() != before


@pytest.mark.parametrize("reach", ["globals()", "kernel.__dict__", "getattr(kernel, text)"])
def test_code_that_reaches_what_it_does_not_name_reaches_the_whole_module(house, reach):
    house.write(
        "made_shared/kernel.py",
        (house.folder / "made_shared/kernel.py").read_text() + "\n\ndef more():\n    return 1\n",
    )
    house.replace("made_steps/counting.py", "words = [", f"print({reach})\n    words = [")
    before = house.decides()
    changed = ("made_steps/counting.py", '"unrelated": 1', '"unrelated": 2')
    house.replace(*(changed if reach == "globals()" else ("made_shared/kernel.py", "return 1\n", "return 2\n")))
    assert house.decides() != before


def test_methods_that_lead_elsewhere_count_only_where_they_are_used(house):
    house.write(
        "made_shared/model.py",
        "from made_shared.weights import OTHERS, WEIGHTS\n\n\nclass Model:\n"
        "    def judge(self):\n        return WEIGHTS\n\n    def explain(self):\n        return OTHERS\n",
    )
    house.write(
        "made_steps/use.py", "from made_shared.model import Model\n\n\ndef use():\n    return Model().judge()\n"
    )
    before = house.decides("use", "made_steps.use")
    house.replace("made_shared/weights.py", '"hate": 3', '"hate": 4')
    assert house.decides("use", "made_steps.use") == before
    house.replace("made_shared/weights.py", '"love": 2', '"love": 4')
    assert house.decides("use", "made_steps.use") != before


def test_docstrings_count_where_the_code_reads_them(house):
    house.replace("made_steps/counting.py", "words = [", "print(count.__doc__)\n    words = [")
    before = house.decides()
    house.replace("made_steps/counting.py", "are long enough", "are short enough")
    assert house.decides() != before


def test_names_of_a_functions_own_do_not_lead_to_definitions_called_the_same(house):
    house.replace("made_steps/counting.py", "words = [", "unrelated = 1\n    words = [")
    before = house.decides()
    house.replace("made_steps/counting.py", '"unrelated": 1', '"unrelated": 2')
    assert house.decides() == before


def test_functions_that_call_each_other_are_told_apart_at_any_depth(house):
    text = "def a(n):\n    return n and b(n)\n\n\ndef b(n):\n    return n and c(n)\n\n\n"
    text += "def c(n):\n    return n and a(n - 1)\n"
    house.write("made_steps/round.py", text)
    before = house.decides("a", "made_steps.round")
    house.replace("made_steps/round.py", "a(n - 1)", "a(n - 2)")
    assert house.decides("a", "made_steps.round") != before


def test_another_version_of_a_library_is_another_recipe(house, monkeypatch):
    before = house.parts()
    libraries.version_of.cache_clear()
    monkeypatch.setattr(
        libraries.metadata, "distribution", lambda name: type("D", (), {"name": name, "version": "99.0"})
    )
    after = house.parts()
    libraries.version_of.cache_clear()
    assert after.libraries == {**before.libraries, "numpy": "99.0"}
    assert after.content == before.content


def test_a_file_whose_name_is_put_together_counts_with_all_its_neighbours(house):
    house.replace(
        "made_steps/page.py",
        'def page():\n    return files("made_steps").joinpath("data", "page.css")',
        'def page(name):\n    return files("made_steps").joinpath("data", name + ".css")',
    )
    assert set(house.parts("page", "made_steps.page").data) == {"page.css", "words.txt"}


@pytest.mark.parametrize("inside", [True, False])
def test_a_name_that_is_imported_or_else_defined_leads_to_both(house, inside):
    attempt = "try:\n    from made_shared.weights import OTHERS\nexcept ImportError:\n    OTHERS = {}\n\n\n"
    house.write("made_steps/either.py", f"{attempt}def use():\n    return OTHERS\n")
    house.write("made_steps/outside.py", "from made_steps.either import OTHERS\n\n\ndef use():\n    return OTHERS\n")
    module = "made_steps.either" if inside else "made_steps.outside"
    before = house.decides("use", module)
    house.replace("made_shared/weights.py", '"hate": 3', '"hate": 4')
    once = house.decides("use", module)
    house.replace("made_steps/either.py", "OTHERS = {}", "OTHERS = {1: 1}")
    assert len({str(parts) for parts in (before, once, house.decides("use", module))}) == 3
