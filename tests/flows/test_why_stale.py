"""`valuenet why-stale` names what made a table stale, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from valuenet.flows.command import app as command
from valuenet.flows.curation import CURATION
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.table_steps import TableStep
from valuenet.flows.why_stale import WRITTEN, why_stale
from valuenet.warehouse.catalog import TABLES, UnknownTableError
from valuenet.warehouse.recipes.closure import Code, code_now
from valuenet.warehouse.recipes.kept import keep_recipe
from valuenet.warehouse.store import TableMissingError, Warehouse
from valuenet.warehouse.tables import Keywords

ROOT = Path(__file__).resolve().parents[2]


def make(step: TableStep, settings: ValuenetSettings, store: Warehouse) -> None:
    """Run a step as the flow does, without Prefect."""
    services = dict(step.services(settings)) if step.services else {}
    made = step.function(*map(store.read_or_empty, step.reads), step.own(settings), **services)
    key = keep_recipe(store.uri, step.itemise(settings, store))
    for table, frame in zip(step.writes, made if isinstance(made, tuple) else (made,), strict=True):
        store.write(table, frame, recipe=key)


@pytest.fixture
def settings(tmp_path) -> ValuenetSettings:
    settings = ValuenetSettings(warehouse=str(tmp_path / "warehouse"))
    store = Warehouse(settings.warehouse)
    for step in CURATION:
        make(step, settings, store)
    return settings


def stale_tables(settings: ValuenetSettings) -> set[str]:
    return {table.table_name() for step in CURATION for table in step.writes if is_stale(table.table_name(), settings)}


def is_stale(name: str, settings: ValuenetSettings) -> bool:
    return why_stale(name, settings).stale


def test_what_was_just_made_is_current(settings):
    assert stale_tables(settings) == set()
    assert why_stale("keywords", settings) == ("keywords", False, ())


def test_a_setting_is_named_with_its_stage_and_both_values(settings):
    changed = settings.with_overrides({"curation.keyword_report.examples": 2})
    old = settings.curation.keyword_report.examples
    assert why_stale("keyword_report", changed).reasons == (f"setting curation.keyword_report.examples: {old} -> 2",)
    assert stale_tables(changed) == {"keyword_report", "value_overlap"}


def test_an_input_is_named_and_a_step_that_yields_the_same_leaves_those_after_it_current(settings):
    store = Warehouse(settings.warehouse)
    kept = store.read(Keywords)
    store.write(Keywords, kept, recipe="f" * 64)
    assert stale_tables(settings) == {"keywords"}
    assert why_stale("keywords", settings).reasons == ("made before recipes were itemised",)
    store.write(Keywords, kept.iloc[1:], recipe="f" * 64)
    (reason,) = why_stale("candidates", settings).reasons
    assert reason.startswith("input keywords: ")
    assert stale_tables(settings) >= {"keywords", "candidates", "candidate_hits", "keyword_report"}


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"libraries": {"pandas": "99"}}, "library pandas: {pandas} -> 99"),
        ({"data": {"published_keywords.csv": "f" * 16}}, "data file published_keywords.csv: {data} -> ffffffffffff"),
        ({"definitions": {"choose_keywords": ["f" * 16]}}, "code curation/keywords.py: choose_keywords: changed"),
    ],
)
def test_a_library_a_data_file_and_a_definition_are_named(settings, monkeypatch, part, reason):
    real = code_now().parts([CURATION[1].function, type(settings.curation.keywords)])
    (name, items), *_ = part.items()
    changed = real._replace(
        content="other" if name == "definitions" else real.content,
        where={**real.where, f"choose_keywords {'f' * 16}": "curation/keywords.py"},
        **{name: {**getattr(real, name), **items}},
    )
    monkeypatch.setattr(Code, "parts", lambda self, functions: changed)
    wanted = reason.format(pandas=real.libraries["pandas"], data=real.data["published_keywords.csv"][:12])
    assert why_stale("keywords", settings).reasons == (wanted,)


def test_what_no_step_makes_is_never_stale_and_what_is_not_there_is_said(settings):
    with pytest.raises(TableMissingError, match="judgements"):
        why_stale("judgements", settings)
    with pytest.raises(UnknownTableError, match="no folder of a model and no table"):
        why_stale("nothing", settings)


def test_answers_of_people_are_written_by_no_step():
    """What people were paid for is only ever added to: no stale step can ask for it again."""
    raw = {name for name, table in TABLES.items() if table.kind() == "raw"}
    assert {"assignments", "judgements", "surveys"} <= raw
    assert not raw & set(WRITTEN)


def test_the_command_prints_every_reason(settings, capsys):
    store = Warehouse(settings.warehouse)
    store.write(Keywords, store.read(Keywords), recipe="f" * 64)
    assert command.run(["why-stale", "keywords", "--warehouse", settings.warehouse]) == command.DONE
    assert capsys.readouterr().out == "keywords is stale:\n  made before recipes were itemised\n"
    assert command.run(["why-stale", "scenarios", "--warehouse", settings.warehouse]) == command.DONE
    assert capsys.readouterr().out == "scenarios is current\n"


def test_the_command_line_starts_without_reading_any_recipe():
    script = "import sys, valuenet.flows.command.app\n"
    script += "print(any(name.startswith('valuenet.warehouse.recipes') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False\n"
