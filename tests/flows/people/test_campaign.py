"""People are asked once, what they said is kept, and nothing is mixed with it silently."""

from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from tests.flows.people.campaigns import curated, slow_crowd, store_of
from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.gold import read_gold
from valuenet.flows.command.app import WAITING, run
from valuenet.flows.people import annotation
from valuenet.flows.people.annotation import annotate
from valuenet.flows.people.campaign import (
    CodebookChangedError,
    GoldChangedError,
    MixedPlatformsError,
    add_gold,
    check_campaign,
)
from valuenet.flows.services.crowd import Crowd, open_crowd, open_gold
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import (
    Assignments,
    Gold,
    Judgements,
    JudgementsSetAside,
    Labels,
    Pairs,
    Surveys,
    Workers,
)
from valuenet.warehouse.errors import PeoplePendingError
from valuenet.warehouse.store import Warehouse


def counted_per_pair(store: Warehouse) -> pd.Series:
    """Return how many counted judgements each chosen pair has."""
    asked = store.read(Surveys).query("role == 'formal'")[["survey_id", "position"]]
    answers = store.read(Judgements).merge(asked, on=["survey_id", "position"])
    aside = answers.merge(store.read(JudgementsSetAside), on=Judgements.key(), how="left")["reason"].notna()
    found = answers[~aside.to_numpy()].groupby(Pairs.key()).size()
    return found.reindex(pd.MultiIndex.from_frame(store.read(Pairs)[Pairs.key()]), fill_value=0)


@pytest.fixture
def store(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def a_survey(version: str) -> Surveys:
    row = {"survey_id": "q-1", "position": 1, "round": 1, "value": "POWER", "scenario_id": "s-1", "text": "one"}
    return Surveys.frame([{**row, "role": "formal", "workers_wanted": 4, "codebook_version": version}])


def an_assignment(platform: str) -> Assignments:
    noon = pd.Timestamp("2025-01-01 12:00", tz="UTC")
    row = {"assignment_id": "a-1", "survey_id": "q-1", "worker": "w-1", "platform": platform, "status": "complete"}
    return Assignments.frame([{**row, "accepted_at": noon, "submitted_at": noon, "seconds": 0.0}])


def test_answers_of_two_platforms_are_not_mixed(store):
    settings = ValuenetSettings(warehouse=store.uri)
    store.append(Assignments, an_assignment("label-studio"))
    with pytest.raises(MixedPlatformsError, match="'label-studio', not from 'simulated'; set `warehouse`"):
        check_campaign(store, open_crowd(settings), settings)


def test_answers_of_the_same_platform_and_codebook_go_on(store):
    settings = ValuenetSettings(warehouse=store.uri)
    store.append(Assignments, an_assignment("simulated"))
    store.append(Surveys, a_survey(load_codebook().content_version))
    check_campaign(store, open_crowd(settings), settings)


def test_another_codebook_is_refused_unless_the_settings_ask_again(store):
    settings = ValuenetSettings(warehouse=store.uri)
    store.append(Surveys, a_survey("0.9-old"))
    with pytest.raises(CodebookChangedError, match=r"asked with codebook 0.9-old, and the codebook is now"):
        check_campaign(store, open_crowd(settings), settings)
    again = ValuenetSettings(warehouse=store.uri, sources={"new_codebook": "ask-again"})
    check_campaign(store, open_crowd(again), again)


def test_gold_items_are_added_once_and_a_changed_answer_is_refused(store):
    gold = open_gold(ValuenetSettings())
    assert add_gold(store, Gold.frame(gold.head(60))) == 60
    assert add_gold(store, gold) == 40
    assert add_gold(store, gold) == 0
    changed = gold.copy()
    was, text = gold.loc[3, "label"], gold.loc[3, "text"]
    changed.loc[3, "label"] = "no" if was == "yes" else "yes"
    with pytest.raises(GoldChangedError) as trouble:
        add_gold(store, Gold.frame(changed))
    assert repr(text) in str(trouble.value)
    assert f"was {was!r}" in str(trouble.value)
    assert len(store.read(Gold)) == 100
    assert store.state(Gold).version == 1


def test_a_changed_gold_answer_stops_the_campaign_before_anybody_is_asked(built, tmp_path):
    shipped = Path(str(files("valuenet.annotation").joinpath("data", "demo_gold.csv")))
    settings = curated(built, tmp_path, sources={"gold": str(tmp_path / "gold.csv")})
    store = store_of(settings)
    store.append(Gold, read_gold(shipped))
    lines = shipped.read_text().splitlines()
    lines[1] = lines[1].replace(",yes,yes", ",no,no")
    (tmp_path / "gold.csv").write_text("\n".join(lines))
    with pytest.raises(GoldChangedError, match="workers were judged by the old answer"):
        annotate(settings)
    assert store.state(Surveys) is None


def test_a_campaign_waits_for_people_and_goes_on_when_they_have_answered(built, tmp_path, monkeypatch, capsys):
    settings = curated(built, tmp_path)
    store = store_of(settings)
    (tmp_path / "settings.json").write_text(settings.model_dump_json())
    monkeypatch.setattr(annotation, "open_crowd", slow_crowd)
    with pytest.raises(PeoplePendingError, match=r"surveys wait for people: \d+ of \d+ answers are in; run the same"):
        annotate(settings)
    half = {table: store.read(table) for table in (Surveys, Assignments, Judgements)}
    assert 0 < len(half[Assignments]) < half[Surveys].drop_duplicates("survey_id")["workers_wanted"].sum()
    assert store.state(Labels) is None

    monkeypatch.setattr(annotation, "open_crowd", open_crowd)
    annotate(settings)
    for table, before in half.items():
        now = store.read(table).merge(before[table.key()], on=table.key())
        pd.testing.assert_frame_equal(now, before)
    assert counted_per_pair(store).min() >= 4
    assert len(store.read(Labels)) > 30


def test_waiting_for_people_is_exit_code_75_and_one_sentence(built, tmp_path, monkeypatch, capsys):
    settings = curated(built, tmp_path)
    file = tmp_path / "settings.toml"
    file.write_text(f'warehouse = "{settings.warehouse}"\n[annotation.pairs]\nmax_pairs = 60\n')
    monkeypatch.setattr(annotation, "open_crowd", slow_crowd)
    assert run(["build", "--config", str(file)]) == WAITING == 75
    said = capsys.readouterr()
    assert "surveys wait for people" in said.err.splitlines()[-1]
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_worker_disqualified_late_has_her_pairs_opened_again(built, tmp_path):
    settings = curated(built, tmp_path)
    annotate(settings)
    store = store_of(settings)
    before = {table: store.read(table) for table in (Surveys, Assignments, Judgements, Workers)}
    annotate(settings.with_overrides({"annotation.qualification.min_share_right": 0.8}))

    out = [set(w.loc[w["status"] == "disqualified", "worker"]) for w in (before[Workers], store.read(Workers))]
    late = out[1] - out[0]
    assert late
    new = store.read(Surveys).query("round > @before[@Surveys]['round'].max()")
    hers = before[Judgements].query("worker in @late").merge(store.read(Pairs)[Pairs.key()])
    lost = pd.MultiIndex.from_frame(hers[Pairs.key()])
    assert set(pd.MultiIndex.from_frame(new.query("role == 'formal'")[Pairs.key()])) <= set(lost)
    assert counted_per_pair(store).min() >= 4
    kept = store.read(Judgements).merge(before[Judgements][Judgements.key()], on=Judgements.key())
    pd.testing.assert_frame_equal(kept, before[Judgements])
    aside = store.read(JudgementsSetAside).merge(hers[Judgements.key()], on=Judgements.key())
    assert set(aside["reason"]) >= {"worker-disqualified"}
    assert len(aside) == len(hers)


def test_asking_again_with_a_new_codebook_keeps_the_old_answers_and_counts_the_new(built, tmp_path):
    settings = curated(built, tmp_path).with_overrides({"annotation.pairs.max_pairs": 25})
    annotate(settings)
    store = store_of(settings)
    old = store.read(Judgements)
    shipped = Path(str(files("valuenet.annotation").joinpath("data", "codebook.toml"))).read_text(encoding="utf-8")
    (tmp_path / "codebook.toml").write_text(shipped.replace("Freedom", "Liberty").replace("freedom", "liberty"))
    sources = {"codebook": str(tmp_path / "codebook.toml")}
    with pytest.raises(CodebookChangedError):
        annotate(settings.model_copy(update={"sources": settings.sources.model_copy(update=sources)}))
    sources["new_codebook"] = "ask-again"
    annotate(settings.model_copy(update={"sources": settings.sources.model_copy(update=sources)}))
    now = store.read(Judgements)
    assert now["codebook_version"].nunique() == 2
    assert set(old["assignment_id"]) < set(now["assignment_id"])
    aside = store.read(JudgementsSetAside).merge(old[Judgements.key()], on=Judgements.key())
    assert set(aside["reason"]) == {"old-codebook"}
    assert len(aside) == len(old)
    assert counted_per_pair(store).min() >= 4


def test_a_crowd_that_knows_fewer_pairs_is_asked_fewer(built, tmp_path, monkeypatch):
    settings = curated(built, tmp_path)

    def forgetful(given: ValuenetSettings) -> Crowd:
        crowd = open_crowd(given)
        return Crowd(crowd.platform, crowd.codebook, frozenset(sorted(crowd.known)[:300]), simulated=True)

    annotate(settings)
    every = store_of(settings).read(Pairs)
    monkeypatch.setattr(annotation, "open_crowd", forgetful)
    annotate(settings)
    fewer = store_of(settings).read(Pairs)
    known = sorted(open_crowd(settings).known)[:300]
    assert set(pd.MultiIndex.from_frame(fewer[Pairs.key()])) <= set(known)
    assert not set(pd.MultiIndex.from_frame(every[Pairs.key()])) <= set(known)
