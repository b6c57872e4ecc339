"""Keyword sign-off and adjudication by the commands a data team runs, answered by two experts on a real server."""

import shutil
import uuid

import pytest

from tests.label_studio.test_reviews import answer_item
from valuenet.annotation.label_studio.accounts import make_accounts, members
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.flows.command.app import run
from valuenet.warehouse.crowd_tables import Adjudications, Gold, LabelsDropped
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals


@pytest.fixture
def campaign(built, tmp_path, label_studio, monkeypatch):
    """A settings file on a copy of the built warehouse, and a name no other test uses."""
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    monkeypatch.setenv("VALUENET_PSEUDONYM_KEY", "a key for the pseudonyms of tests")
    shutil.copytree(built / "warehouse", tmp_path / "warehouse")
    name = f"review {uuid.uuid4().hex[:8]}"
    lines = [f'warehouse = "{tmp_path / "warehouse"}"', 'platform = "label-studio"']
    lines += ["[annotation.label_studio]", f'url = "{label_studio.url}"', f'campaign = "{name}"']
    lines += ["[sources]", 'datamuse = "off"', "[curation.expansion]", "nearest = 2"]
    (tmp_path / "settings.toml").write_text("\n".join(lines) + "\n")
    return tmp_path / "settings.toml", name


@pytest.fixture
def client(label_studio):
    return LabelStudioClient(LabelStudioSettings(url=label_studio.url), label_studio.token)


@pytest.fixture
def experts(client):
    made = make_accounts(client, [f"{uuid.uuid4().hex[:8]}@example.org" for _ in range(2)]).made
    return [member["user"] for member in members(client) if member["user"]["email"] in made]


def does(command, what, file, capsys):
    capsys.readouterr()
    code = run(["annotate", command, "--what", what, "--config", str(file)])
    streams = capsys.readouterr()
    return code, streams.out, streams.err


def test_words_are_proposed_decided_and_used(campaign, client, experts, capsys):
    file, name = campaign
    store = Warehouse(file.parent / "warehouse")
    code, out, _ = does("publish", "keywords", file, capsys)
    words = store.read(KeywordProposals)["keyword"].tolist()
    assert (code, out) == (0, f"{len(words):,} new keywords published, 0 opened to more people\n")
    assert does("publish", "keywords", file, capsys)[1].startswith("0 new")
    answer_item(client, name, words[0], experts[0], "accept")
    answer_item(client, name, words[1], experts[0], "reject")
    code, out, _ = does("collect", "keywords", file, capsys)
    assert (code, out) == (0, f"1 keywords accepted, 1 rejected, {len(words) - 2:,} left open\n")
    decided = store.read(KeywordDecisions)
    assert decided.set_index("keyword")["accepted"].to_dict() == {words[0]: True, words[1]: False}
    assert does("collect", "keywords", file, capsys)[1].startswith("0 keywords accepted, 0 rejected")


def test_what_two_experts_agree_on_becomes_gold(campaign, client, experts, capsys):
    file, name = campaign
    store = Warehouse(file.parent / "warehouse")
    torn = store.read(LabelsDropped).query("reason == 'no-majority'")["scenario_id"]
    gold = len(store.read(Gold))
    code, out, _ = does("publish", "disputes", file, capsys)
    assert code == 0
    assert int(out.split()[0].replace(",", "")) >= len(torn)
    project = next(row for row in client.pages("/api/projects") if row["title"].startswith(name))
    tasks = client.get("/api/tasks", project=project["id"], fields="all", page_size=3)["tasks"]
    texts = [task["data"]["scenario"] for task in tasks[:2]]
    for expert, said in zip(experts, ("yes", "yes"), strict=True):
        answer_item(client, name, texts[0], expert, said)
    for expert, said in zip(experts, ("yes", "no"), strict=True):
        answer_item(client, name, texts[1], expert, said)
    code, out, _ = does("collect", "disputes", file, capsys)
    assert code == 0
    assert out.startswith("4 new answers of experts, 1 new gold items")
    assert "1 pairs: disagreement" in out
    assert len(store.read(Gold)) == gold + 1
    assert len(store.read(Adjudications)) == 4


def test_nothing_disputed_is_one_sentence(campaign, tmp_path, capsys):
    file = tmp_path / "empty.toml"
    file.write_text(campaign[0].read_text().replace(str(tmp_path / "warehouse"), str(tmp_path / "nothing")))
    code, _, err = does("publish", "disputes", file, capsys)
    assert code == 2
    assert "is disputed; labels are made when the last answer is in" in err
