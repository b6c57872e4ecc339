"""Steps are skipped while nothing they rest on has changed, and tried again only where that may help."""

import sys
from types import SimpleNamespace

import pandas as pd
import pytest
from prefect import flow
from prefect.futures import wait

from tests.flows.task_states import run_in_flow, states_of
from valuenet.flows import step
from valuenet.flows.services.crowd import ExtraMissingError, open_task_runner
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, run_step, run_task, submit_step
from valuenet.warehouse.crowd_tables import Pairs
from valuenet.warehouse.errors import InputError, OutageError
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.recipes.closure import Code, code_now
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import ContractError, Scenarios, ScenariosRejected

pytestmark = pytest.mark.usefixtures("prefect_server")


class ChoiceSettings(Settings):
    """Which texts are taken."""

    value: str = "POWER"
    longest: int = 5


def choose_texts(scenarios, settings):
    """Return texts as pairs, and those that are too long with the reason."""
    long = scenarios["text"].str.len() > settings.longest
    rejected = scenarios[long].assign(source_file="made", source_line=range(1, long.sum() + 1), reason="no-situation")
    return Pairs.frame(scenarios[~long].assign(value=settings.value)), ScenariosRejected.frame(
        rejected.assign(detail=rejected["text"])
    )


def scenarios(*texts: str, area: str = "made"):
    return Scenarios.frame([{"scenario_id": scenario_id(t), "text": t, "corpus": "made", "area": area} for t in texts])


@pytest.fixture
def store(tmp_path) -> Warehouse:
    store = Warehouse(tmp_path / "warehouse")
    store.write(Scenarios, scenarios("one", "two", "thirteen"), recipe="first")
    return store


def choose(store: Warehouse, settings: ChoiceSettings | None = None, function=choose_texts, **options) -> StepReport:
    writes = (Pairs, ScenariosRejected)
    return run_step(function, settings or ChoiceSettings(), store, reads=(Scenarios,), writes=writes, **options)


def test_a_step_commits_all_its_tables_and_reports_their_rows(store):
    (report, again), flow_run = run_in_flow(lambda: (choose(store), choose(store)))
    assert report == StepReport("choose texts", False, {"pairs": 2, "scenarios_rejected": 1})
    assert again == report._replace(current=True)
    assert states_of(flow_run) == [("choose texts", "Completed"), ("choose texts", "Current")]
    assert list(store.read(ScenariosRejected)["detail"]) == ["thirteen"]
    assert store.state(Pairs).recipe == store.state(ScenariosRejected).recipe
    assert store.state(Pairs).version == 0


def test_a_step_runs_again_when_its_settings_its_code_or_what_it_reads_changes(store, monkeypatch):
    assert not choose(store).current
    assert not choose(store, ChoiceSettings(longest=6)).current
    assert choose(store, ChoiceSettings(longest=6)).current
    store.write(Scenarios, scenarios("one", "four"), recipe="first")
    assert choose(store, ChoiceSettings(longest=6)).rows == {"pairs": 2, "scenarios_rejected": 0}
    parts = code_now().parts([choose_texts])
    monkeypatch.setattr(Code, "parts", lambda self, functions: parts._replace(content="new code"))
    assert not choose(store, ChoiceSettings(longest=6)).current


def test_a_table_rewritten_with_the_same_rows_makes_nothing_run_again(store):
    choose(store)
    store.write(Scenarios, scenarios("thirteen", "two", "one"), recipe="another way to the same")
    assert store.state(Scenarios).version == 1
    assert choose(store).current


def test_a_step_of_which_one_table_is_missing_runs_again(store):
    choose(store)
    recipe_then = store.state(Pairs).recipe
    store.write(ScenariosRejected, ScenariosRejected.frame(), recipe="somebody else")
    assert not choose(store).current
    assert store.state(Pairs).recipe == store.state(ScenariosRejected).recipe == recipe_then


def test_what_stands_before_a_step_turns_the_tables_read_into_its_argument(store):
    report = choose(store, before=lambda frame: frame[frame["text"] == "one"])
    assert report.rows == {"pairs": 1, "scenarios_rejected": 0}


def test_services_are_handed_over_by_name(store):
    def choose_by_service(scenarios, settings, *, words):
        return choose_texts(scenarios[scenarios["text"].isin(words)], settings)

    assert choose(store, function=choose_by_service, words=frozenset({"two"})).rows["pairs"] == 1
    assert choose(store, function=choose_by_service, words=frozenset({"two"})).current
    assert choose(store, function=choose_by_service, words=frozenset({"two", "one"})).rows["pairs"] == 2


def test_rows_that_break_the_contract_are_not_committed(store):
    def choose_wrongly(scenarios, settings):
        pairs, rejected = choose_texts(scenarios, settings)
        return pd.DataFrame(pairs).assign(value="FAME"), rejected

    with pytest.raises(ContractError, match="FAME"):
        choose(store, function=choose_wrongly)
    assert store.state(Pairs) is None


class Attempts:
    """Fails a number of times before it works."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        if self.troubles:
            raise self.troubles.pop(0)
        return "done"


@pytest.fixture
def no_delay(monkeypatch):
    monkeypatch.setattr(step, "exponential_backoff", lambda backoff_factor: lambda retries: [0.0] * retries)


def test_a_trouble_that_passes_is_tried_again(no_delay):
    work = Attempts(ConnectionError("gone"), TimeoutError("slow"))
    assert run_task("ask a service", work, retries=2) == "done"
    assert work.made == 3


def test_a_trouble_that_stays_is_raised_after_the_last_try(no_delay):
    work = Attempts(*[ConnectionError("gone")] * 3)
    with pytest.raises(ConnectionError, match="gone"):
        run_task("ask a service", work, retries=2)
    assert work.made == 3


def test_a_wrong_input_is_not_tried_again(no_delay):
    work = Attempts(InputError("the file is empty; give another"))
    with pytest.raises(InputError, match="give another"):
        run_task("ask a service", work, retries=2)
    assert work.made == 1


@pytest.fixture
def naps(monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(step, "time", SimpleNamespace(monotonic=lambda: 50.0, sleep=slept.append))
    return slept


@pytest.mark.parametrize(("asked", "waits"), [(7.0, [7.0]), (300.0, [300.0]), (None, []), (0.0, [])])
def test_a_service_that_names_a_time_is_not_asked_again_before_it(no_delay, naps, asked, waits):
    work = Attempts(OutageError("busy", asked))
    assert run_task("ask a service", work, retries=2) == "done"
    assert (work.made, naps) == (2, waits)


@pytest.mark.parametrize("asked", [301.0, 3_600.0])
def test_a_service_that_asks_for_longer_than_is_waited_ends_the_step(no_delay, naps, asked):
    work = Attempts(OutageError("busy", asked))
    with pytest.raises(OutageError, match="busy"):
        run_task("ask a service", work, retries=2)
    assert (work.made, naps) == (1, [])


def test_without_retries_a_task_is_tried_once(no_delay):
    work = Attempts(ConnectionError("gone"))
    with pytest.raises(ConnectionError):
        run_task("do it", work)
    assert work.made == 1


def test_the_delays_between_tries_grow():
    assert step._task("ask", Attempts(), retries=3).retry_delay_seconds == [2, 4, 8]


def test_work_that_had_nothing_to_do_is_shown_as_current():
    def both():
        return [run_task("import gold", lambda at=at: StepReport("import gold", at, {"gold": 0})) for at in (0, 1)]

    reports, flow_run = run_in_flow(both)
    assert [report.current for report in reports] == [0, 1]
    assert states_of(flow_run) == [("import gold", "Completed"), ("import gold", "Current")]


def test_steps_side_by_side_run_on_the_task_runner_of_the_flow(store):
    @flow(name="side by side", task_runner=open_task_runner(ValuenetSettings()))
    def side_by_side():
        steps = [
            submit_step(choose_texts, ChoiceSettings(), store, reads=(Scenarios,), writes=(Pairs, ScenariosRejected)),
            submit_step(copy_scenarios, ChoiceSettings(), store, reads=(Scenarios,), writes=(Scenarios,)),
        ]
        wait(steps)
        return [future.result() for future in steps]

    chosen, copied = side_by_side()
    assert (chosen.rows["pairs"], copied.rows) == (2, {"scenarios": 3})
    assert [report.current for report in side_by_side()] == [True, True]


def copy_scenarios(scenarios, settings):
    return scenarios


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_runner_that_is_not_installed_is_one_sentence(runner, monkeypatch):
    monkeypatch.setitem(sys.modules, f"prefect_{runner}", None)
    with pytest.raises(ExtraMissingError) as trouble:
        open_task_runner(ValuenetSettings(runner=runner))
    assert str(trouble.value) == f"runner={runner!r} needs `pip install 'valuenet[{runner}]'`"
