"""A whole campaign as a data team and six people live it: a real server, a real browser, a release at the end."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.label_studio.browser import SurveyPage, sign_up
from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.gold import read_gold
from valuenet.annotation.label_studio.board import list_projects
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.simulation.truth import read_truth
from valuenet.flows.command.app import WAITING, run
from valuenet.warehouse.crowd_tables import Assignments, Judgements, JudgementsSetAside, Labels, Surveys, Workers
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Candidates, Scenarios
from valuenet.warehouse.vocabulary import LABELS

VALUE, PAIRS = "BENEVOLENCE", 8
WRONG = {"yes": "no", "no": "unrelated", "unrelated": "yes"}
GOLD = Path(str(files("valuenet.annotation").joinpath("data", "demo_gold.csv")))
TRUTH = Path(str(files("valuenet.annotation").joinpath("data", "demo_truth.csv")))
CORPUS = Path(str(files("valuenet.curation").joinpath("data", "demo_social_chem.tsv")))


def write_corpus(built: Path, target: Path) -> None:
    """Write the rows of eight situations that stand under one value alone, with answers that are not hard."""
    store = Warehouse(built / "warehouse")
    values = store.read(Candidates).groupby("scenario_id")["value"].agg(["size", "first"])
    alone = set(values.index[(values["size"] == 1) & (values["first"] == VALUE)])
    gold = set(read_gold(GOLD)["scenario_id"])
    scenarios = store.read(Scenarios)
    wanted = scenarios["scenario_id"].isin(alone - gold)
    with CORPUS.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle, delimiter="\t")
    place = header.index("situation")
    kept = [row for row in rows if scenario_id(row[place]) in set(scenarios.loc[wanted, "scenario_id"].head(PAIRS))]
    with target.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter="\t", lineterminator="\n").writerows([header, *kept])


@pytest.fixture
def settings(built: Path, tmp_path: Path, label_studio: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file for the server, with what the environment must hold."""
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.personal_token)
    monkeypatch.setenv("VALUENET_PSEUDONYM_KEY", "a key for the pseudonyms of tests")
    write_corpus(built, tmp_path / "corpus.tsv")
    places = {name: str(tmp_path / name) for name in ("warehouse", "releases")}
    lines = [f'{name} = "{place}"' for name, place in places.items()]
    lines += ['platform = "label-studio"', "[sources]", f'corpus = "{tmp_path / "corpus.tsv"}"']
    lines += ["[annotation.label_studio]", f'url = "{label_studio.url}"', 'campaign = "six people"']
    lines += ["[annotation.qualification]", "min_seconds_per_question = 0", "[modelling.build]", "train = false"]
    lines += [
        "[annotation.agreement]",
        "resamples = 20",
        "[annotation.aggregation]",
        "mace_restarts = 1",
        "glad_iterations = 2",
    ]
    (tmp_path / "settings.toml").write_text("\n".join(lines) + "\n")
    return tmp_path / "settings.toml"


class Team:
    """Who runs the commands, and what the warehouse then holds."""

    def __init__(self, settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.settings = settings
        self.store = Warehouse(settings.parent / "warehouse")
        self.said = ""
        self._capsys = capsys

    def does(self, *command: str) -> int:
        """Run a command, keep all it says, and return its exit code."""
        code = run([*command, "--config", str(self.settings)])
        streams = self._capsys.readouterr()
        self.last = streams.out + streams.err
        self.said += self.last
        return code

    def project(self, label_studio: Any) -> int:
        """Return the campaign's only project on the server."""
        place = LabelStudioSettings(url=label_studio.url, campaign="six people")
        (project,) = list_projects(LabelStudioClient(place, label_studio.token), place)
        return project.project_id


@pytest.fixture
def team(settings: Path, prefect_server: str, capsys: pytest.CaptureFixture[str]) -> Team:
    return Team(settings, capsys)


@pytest.fixture
def people(browser: Any) -> Iterator[Any]:
    """Makes people, each in a browser of her own."""
    contexts = []

    def make() -> Any:
        contexts.append(browser.new_context())
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def right_answers() -> dict[str, str]:
    """Return what an able person answers, by scenario: the experts' answer to a check, the planted one otherwise."""
    truth = read_truth(TRUTH)
    known = {scenario: truth.of(scenario, value).label for scenario, value in truth.pairs if value == VALUE}
    gold = read_gold(GOLD).query("value == @VALUE")
    return known | dict(zip(gold["scenario_id"], gold["label"], strict=True))


class Crowd:
    """The people of one published campaign, who sign up by its link and answer by keyboard."""

    def __init__(self, team: Team, label_studio: Any, pages: Any) -> None:
        assert team.does("annotate", "invite") == 0
        self.invite = re.search(r"http\S+/user/signup/\S+", team.last).group()
        self.url, self.project, self._pages = label_studio.url, team.project(label_studio), pages
        self.passes = load_codebook().instrument(VALUE).prerequisite.answer
        self.answers = right_answers()
        surveys = team.store.read(Surveys)
        self.checks = set(surveys.loc[surveys["role"] == "check", "scenario_id"])

    def joins(self, number: int) -> SurveyPage:
        """Let one more person sign up and open the survey she is offered."""
        page = self._pages()
        sign_up(page, self.url, self.invite, f"person{number}@example.org", f"word-of-person-{number}")
        return SurveyPage(page, self.url, self.project).open()

    def fails(self, survey: SurveyPage) -> None:
        """Answer the prerequisite wrongly, which ends the survey."""
        survey.fill_in(next(label for label in LABELS if label != self.passes), [])

    def able(self, survey: SurveyPage) -> None:
        """Answer everything rightly."""
        asked = [scenario_id(text) for text in self._open(survey)]
        survey.answer([self.answers[one] for one in asked])
        survey.submit()

    def careless(self, survey: SurveyPage) -> None:
        """Answer the hidden checks wrongly."""
        asked = [scenario_id(text) for text in self._open(survey)]
        survey.answer([WRONG[self.answers[one]] if one in self.checks else self.answers[one] for one in asked])
        survey.submit()

    def _open(self, survey: SurveyPage) -> list[str]:
        survey.answer_prerequisite(self.passes)
        return survey.scenarios


def test_six_people_answer_one_is_taken_out_and_the_release_verifies(team, people, label_studio, settings):
    assert team.does("annotate", "publish") == 0
    assert team.does("annotate", "publish") == 0
    assert team.store.read(Surveys)["role"].value_counts().to_dict() == {"formal": PAIRS, "check": 2}
    crowd = Crowd(team, label_studio, people)
    crowd.fails(crowd.joins(1))
    assert team.does("annotate", "collect") == WAITING
    assert "0 of 4 answers are in" in team.last
    second = crowd.joins(2)
    crowd.able(second)
    crowd.able(crowd.joins(3))
    crowd.able(crowd.joins(4))
    crowd.careless(crowd.joins(5))
    assert team.does("annotate", "collect") == WAITING
    assert f"{PAIRS} pairs miss judgements and stand in no open survey; run `valuenet annotate publish`" in team.last
    workers = team.store.read(Workers)
    assert workers["status"].value_counts().to_dict() == {"qualified": 3, "unproven": 1, "disqualified": 1}
    assert workers.query("status == 'disqualified'")["rule"].tolist() == ["hidden-checks"]
    assert (team.store.read(JudgementsSetAside)["reason"] == "worker-disqualified").sum() == PAIRS + 2

    assert team.does("annotate", "publish") == 0
    again = team.store.read(Surveys).query("round == 2")
    assert set(again["workers_wanted"]) == {1}
    assert not set(again["scenario_id"]) & crowd.checks
    assert not second.open().is_offered
    crowd.able(crowd.joins(6))
    assert team.does("annotate", "collect") == 0
    assert team.does("annotate", "status") == 0
    assert f"{PAIRS} of {PAIRS} pairs have all their judgements." in team.last

    _builds_a_release_of_what_was_answered(team, crowd, settings)


def _builds_a_release_of_what_was_answered(team, crowd, settings):
    assert team.does("build") == 0
    (release,) = (settings.parent / "releases").iterdir()
    assert run(["verify", str(release)]) == 0
    labels = team.store.read(Labels)
    assert labels["label"].tolist() == [crowd.answers[one] for one in labels["scenario_id"]]
    assert len(labels) == PAIRS
    status = team.store.read(Assignments)["status"].value_counts().to_dict()
    assert status == {"complete": 5, "failed-prerequisite": 1}
    assert len(team.store.read(Judgements)) == 5 * (PAIRS + 2)
    assert team.does("annotate", "report", "--out", str(settings.parent / "report.html")) == 0
    assert not _told_of_people(settings.parent, team.said)


def _told_of_people(folder: Path, said: str) -> list[str]:
    """Return where a name or an address of a person stands: in a file that was written, or in what was printed."""
    written = [path for path in folder.rglob("*") if path.is_file() and path.name != "settings.toml"]
    found = [str(path) for path in written if re.search(rb"person\d|example\.org", _plain(path))]
    return found + (["output"] if re.search(r"person\d|word-of-person", said) else [])


def _plain(path: Path) -> bytes:
    return pd.read_parquet(path).to_csv().encode() if path.suffix == ".parquet" else path.read_bytes()
