"""A campaign in parts, as a schedule runs it: publish, collect, follow, report, go on when the last answer is in."""

import json
import re

import pytest

from tests.flows.people.campaigns import curated, slow_crowd, store_of
from valuenet.annotation.codebook import DEFAULT_CODEBOOK
from valuenet.flows.command.app import WAITING, run
from valuenet.flows.people import annotation
from valuenet.flows.people import rounds as people
from valuenet.flows.people.campaign import CodebookChangedError
from valuenet.flows.people.monitor import read_status
from valuenet.flows.people.rounds import follow_status
from valuenet.flows.services.crowd import open_codebook, open_crowd
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import Assignments, CodebookMaps, Judgements, Labels, Surveys
from valuenet.warehouse.errors import PeoplePendingError


@pytest.fixture
def campaign(built, tmp_path, monkeypatch):
    """A campaign on a crowd that has answered half; its candidates are there already."""
    settings = curated(built, tmp_path)
    monkeypatch.setattr(people, "curate", lambda _: [])
    monkeypatch.setattr(people, "open_crowd", slow_crowd)
    monkeypatch.setattr(annotation, "open_crowd", slow_crowd)
    return settings


def everybody_answers(monkeypatch):
    monkeypatch.setattr(people, "open_crowd", open_crowd)
    monkeypatch.setattr(annotation, "open_crowd", open_crowd)


def test_publishing_again_publishes_nothing_new_and_asks_nothing_twice(campaign):
    first = {name: rows for step in people.publish(campaign) for name, rows in step.rows.items()}
    again = {name: rows for step in people.publish(campaign) for name, rows in step.rows.items()}
    surveys = store_of(campaign).read(Surveys)
    assert first["surveys waiting"] == surveys["survey_id"].nunique() > 5
    assert again["surveys waiting"] == first["surveys waiting"]
    assert len(surveys) == len(store_of(campaign).read(Surveys))


def test_collect_waits_with_the_count_of_answers_and_keeps_what_is_in(campaign, monkeypatch):
    people.publish(campaign)
    # The simulated crowd answers what it was handed in this process, so one platform is kept.
    crowd = slow_crowd(campaign)
    monkeypatch.setattr(people, "open_crowd", lambda _: crowd)
    people.publish(campaign)
    with pytest.raises(PeoplePendingError, match=r"surveys wait for people: \d+ of \d+ answers are in"):
        people.collect(campaign)
    total = read_status(campaign).total
    assert 0 < total.complete < total.wanted
    assert total.pairs_judged < total.pairs == 60


def test_a_scheduled_collect_ends_as_waiting_and_not_as_failed(campaign):
    people.publish(campaign)
    state = people.poll(campaign, return_state=True)
    assert (state.name, state.is_failed()) == ("WaitingForPeople", False)
    assert "run the same command later" in state.message or "annotate publish" in state.message


def test_the_scheduled_flow_goes_on_to_the_release_when_the_last_answer_is_in(campaign, monkeypatch):
    state = people.annotation_to_release(campaign, return_state=True)
    assert state.name == "WaitingForPeople"
    everybody_answers(monkeypatch)
    built_now = people.annotation_to_release(campaign)
    assert built_now.release.endswith("valuenet-demo-1.0.0")
    assert built_now.model is None
    assert run(["verify", built_now.release]) == 0


def test_following_ends_when_nobody_is_awaited(campaign, monkeypatch):
    everybody_answers(monkeypatch)
    people.annotate(campaign)
    states = list(follow_status(campaign, seconds=0))
    assert [state.total.pairs_judged for state in states] == [60]


def test_status_and_report_are_commands(campaign, monkeypatch, tmp_path, capsys):
    everybody_answers(monkeypatch)
    people.annotate(campaign)
    file = tmp_path / "settings.toml"
    file.write_text(f'warehouse = "{campaign.warehouse}"\n[annotation.pairs]\nmax_pairs = 60\n')
    capsys.readouterr()
    assert run(["annotate", "status", "--config", str(file)]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"ALL .*done", shown)
    assert "60 of 60 pairs have all their judgements." in shown
    assert run(["annotate", "status", "--config", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scopes"]["ALL"]["pairs_judged"] == 60
    assert run(["annotate", "report", "--config", str(file), "--out", str(tmp_path / "deep" / "page.html")]) == 0
    page = (tmp_path / "deep" / "page.html").read_text()
    assert page.lower().startswith("<!doctype html>")
    assert "<script" not in page
    assert len(store_of(campaign).read(Labels)) > 30


def changed_codebook(settings, folder):
    """Return the settings with a codebook of another wording, and its version."""
    text = DEFAULT_CODEBOOK.read_text(encoding="utf-8").replace("Thinking for oneself", "Thinking by oneself", 1)
    (folder / "codebook.toml").write_text(text, encoding="utf-8")
    sources = settings.sources.model_copy(update={"codebook": str(folder / "codebook.toml")})
    changed = settings.model_copy(update={"sources": sources})
    return changed, open_codebook(changed).content_version


def with_map(settings, folder, *rows):
    path = folder / "map.csv"
    path.write_text("\n".join(["from_codebook,to_codebook,value,from_label,to_label", *rows, ""]))
    sources = settings.sources.model_copy(update={"codebook_map": str(path)})
    return settings.model_copy(update={"sources": sources})


def test_a_table_of_versions_lets_a_campaign_go_on_under_a_new_codebook(campaign, monkeypatch, tmp_path):
    everybody_answers(monkeypatch)
    people.annotate(campaign)
    store = store_of(campaign)
    old = open_codebook(campaign).content_version
    labels, judgements = store.read(Labels), store.read(Judgements)
    changed, new = changed_codebook(campaign, tmp_path)
    with pytest.raises(CodebookChangedError, match=re.escape(new)):
        people.annotate(changed)
    mapped = with_map(changed, tmp_path, *(f"{old},{new},ALL,{label},{label}" for label in ("yes", "no", "unrelated")))
    people.annotate(mapped)
    assert store.read(Judgements).equals(judgements)
    assert store.read(Labels).equals(labels)
    assert set(store.read(CodebookMaps)["to_codebook"]) == {new}
    other = with_map(mapped, tmp_path, f"{old},{new},ALL,yes,no")
    with pytest.raises(CodebookChangedError, match="was mapped to 'yes' and is now 'no'"):
        people.annotate(other)


def test_where_the_table_is_silent_people_are_asked_again_and_nothing_is_mixed(campaign, monkeypatch, tmp_path):
    everybody_answers(monkeypatch)
    people.annotate(campaign)
    store, old = store_of(campaign), open_codebook(campaign).content_version
    before = store.read(Assignments)
    changed, new = changed_codebook(campaign, tmp_path)
    mapped = with_map(
        changed, tmp_path, f"{old},{new},ALL,no,no", f"{old},{new},ALL,yes,", f"{old},{new},ALL,unrelated,"
    )
    people.annotate(mapped)
    after = store.read(Judgements)
    assert len(store.read(Assignments)) > len(before)
    assert set(after["codebook_version"]) == {old, new}
    assert (store.read(Labels)[["yes_count", "no_count", "unrelated_count"]].sum(axis=1) >= 4).all()


def test_no_key_and_no_token_are_one_sentence_before_anything_is_published(tmp_path, monkeypatch, capsys):
    file = tmp_path / "s.toml"
    file.write_text(f'platform = "label-studio"\nwarehouse = "{tmp_path / "w"}"\n')
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    monkeypatch.delenv("VALUENET_PSEUDONYM_KEY", raising=False)
    assert run(["annotate", "collect", "--config", str(file)]) == 2
    assert "VALUENET_PSEUDONYM_KEY must hold a secret" in capsys.readouterr().err
    monkeypatch.setenv("VALUENET_PSEUDONYM_KEY", "k" * 32)
    assert run(["annotate", "collect", "--config", str(file)]) == 2
    assert "LABEL_STUDIO_API_KEY must hold a token" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def test_the_simulated_crowd_stays_the_default():
    assert ValuenetSettings().platform == "simulated"
    assert WAITING == 75
