"""Mechanical Turk by command: forecast, publish, collect, pay, and the batch files, against a loopback server."""

import csv
import re
from pathlib import Path

import pytest

from tests.annotation.mturk.loopback import LoopbackMTurk
from tests.flows.people.campaigns import curated, store_of
from valuenet.annotation.codebook import load_codebook
from valuenet.flows.command.app import WAITING, run
from valuenet.flows.people import rounds as people
from valuenet.warehouse.crowd_tables import Assignments, Surveys
from valuenet.warehouse.vocabulary import LABELS


@pytest.fixture
def turk():
    server = LoopbackMTurk()
    yield server
    server.stop()


@pytest.fixture
def campaign(built, tmp_path, turk, monkeypatch):
    """A settings file of a small campaign on the loopback server, and the warehouse it works on."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "loopback")
    monkeypatch.setenv("VALUENET_PSEUDONYM_KEY", "a secret of sixteen or more")
    monkeypatch.setattr(people, "curate", lambda _: [])
    settings = curated(built, tmp_path, platform="mturk")
    lines = [
        f'warehouse = "{settings.warehouse}"',
        'platform = "mturk"',
        "[annotation.pairs]",
        "max_pairs = 24",
        "[annotation.mturk]",
    ]
    file = tmp_path / "settings.toml"
    file.write_text("\n".join([*lines, f'endpoint = "{turk.url}"', 'max_cost = "500.00"', 'bonus = "0.10"', ""]))
    return file, store_of(settings)


@pytest.fixture
def does(campaign, capsys):
    def command(*words):
        capsys.readouterr()
        code = run(["annotate", *words, "--config", str(campaign[0])])
        streams = capsys.readouterr()
        return code, streams.out, streams.err

    return command


def test_a_campaign_on_mturk_is_published_collected_and_paid_for_once(campaign, does, turk):
    code, told, _ = does("forecast")
    assert code == 0
    assert re.search(r"\$\d", told)
    assert not turk.hits
    assert does("publish")[0] == 0
    store = campaign[1]
    surveys = store.read(Surveys)
    turk.truth = {one: LABELS[place % 3] for place, one in enumerate(surveys["scenario_id"].unique())}
    assert len(turk.hits) == surveys["survey_id"].nunique()
    assert does("forecast")[1] == told
    assert turk.work() > 0
    assert does("collect")[0] == WAITING
    done = store.read(Assignments)
    assert set(done["platform"]) == {"mturk"}
    assert done["worker"].str.fullmatch(r"w-[0-9a-f]{16}").all()
    code, _, err = does("pay")
    assert "nobody was paid; run again with --go" in err
    assert not any(one["AssignmentStatus"] == "Approved" for one in turk.assignments.values())
    assert does("pay", "--go")[0] == 0
    paid = [one["AssignmentStatus"] for one in turk.assignments.values()]
    bonuses = len(turk.bonuses)
    assert "Approved" in paid
    assert does("pay", "--go")[0] == 0
    assert len(turk.bonuses) == bonuses
    assert [one["AssignmentStatus"] for one in turk.assignments.values()] == paid


def test_the_website_s_files_go_out_come_in_and_go_back_with_decisions(campaign, does, tmp_path):
    code, out, _ = does("batch-out", str(tmp_path / "batch.csv"))
    assert code == 0
    files = out.split()
    assert {name.rsplit(".", 1)[1] for name in files} == {"csv", "html"}
    with Path(files[0]).open(newline="", encoding="utf-8") as handle:
        row = next(csv.DictReader(handle))
    asked = [name for name in row if re.fullmatch(r"q\d+", name)]
    right = load_codebook().instrument(row["value"]).prerequisite.answer
    told = {"AssignmentId": "3ABC", "WorkerId": "A1SECRET", "Input.survey_id": row["survey_id"]}
    told |= {"AcceptTime": "Tue Mar 03 09:12:45 PST 2026", "SubmitTime": "Tue Mar 03 09:15:00 PST 2026"}
    told |= {"Answer.prerequisite": right, **{f"Answer.{name}": "yes" for name in asked}}
    results = tmp_path / "results.csv"
    with results.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(told))
        writer.writeheader()
        writer.writerow(told)
    code, out, _ = does("batch-in", str(results), "--out", str(tmp_path / "decided.csv"))
    assert (code, out) == (0, "1 new assignments\n")
    with (tmp_path / "decided.csv").open(newline="", encoding="utf-8") as handle:
        (decided,) = csv.DictReader(handle)
    assert bool(decided["Approve"]) != bool(decided["Reject"])
    assert does("batch-in", str(results))[1] == "0 new assignments\n"
    assert "A1SECRET" not in campaign[1].read(Assignments).to_csv()
    code, _, err = does("batch-in", str(tmp_path / "nowhere.csv"))
    assert code == 2
    assert "nowhere.csv" in err
