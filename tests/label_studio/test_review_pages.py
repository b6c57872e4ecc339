"""Both review pages in a real browser, answered by keyboard."""

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.label_studio.conftest import RunningLabelStudio
from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.reviews.reviews import (
    ReviewSettings,
    collect_disputes,
    collect_keywords,
    publish_disputes,
    publish_keywords,
)
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.warehouse.crowd_tables import Adjudications, Pairs
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEY = b"a secret of the test"
CODEBOOK = load_codebook()
POWER = CODEBOOK.instrument("POWER")
SCRIPT = "Taking the lead <img src=x onerror=\"document.title='broken into'\">"


@pytest.fixture
def client(label_studio: RunningLabelStudio) -> LabelStudioClient:
    return LabelStudioClient(LabelStudioSettings(url=label_studio.url), label_studio.token)


@pytest.fixture
def campaign() -> str:
    return f"page {uuid.uuid4().hex[:8]}"


def _open_project(page: "Page", label_studio: RunningLabelStudio, client: LabelStudioClient, campaign: str) -> None:
    """Sign in and open the first item of the campaign's project, as an expert does."""
    project = next(row for row in client.pages("/api/projects") if row["title"].startswith(campaign))
    page.goto(f"{label_studio.url}/user/login/")
    page.fill("#email", label_studio.admin_email)
    page.fill("#password", label_studio.admin_password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{label_studio.url}/projects/{project['id']}/data?labeling=1")
    page.get_by_text(POWER.definition).wait_for()


def _submit(page: "Page") -> None:
    with page.expect_response(lambda got: "/annotations" in got.url and got.request.method == "POST") as response:
        page.keyboard.press("Control+Enter")
    assert response.value.status == 201


def test_a_keyword_is_signed_off_by_one_key(
    page: "Page", label_studio: RunningLabelStudio, client: LabelStudioClient, campaign: str
) -> None:
    word = {"value": "POWER", "keyword": "throne", "tier": "association", "relation": "ml"}
    words = KeywordProposals.frame([word | {"seed": "rule", "score": 1.0, "rank": 1.0}])
    hits: Any = {("POWER", "throne"): (2, [SCRIPT, "Giving up the throne"])}
    publish_keywords(words, CODEBOOK, ReviewSettings(), hits=hits, client=client, campaign=campaign)

    _open_project(page, label_studio, client, campaign)
    shown = page.locator("body").inner_text()
    assert 'association, found by ml from "rule"; it would add 2 scenarios' in shown
    assert f"\u2022 {SCRIPT}\n\u2022 Giving up the throne" in shown
    page.keyboard.press("Control+Enter")
    page.get_by_text("Please choose an answer.").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    _submit(page)

    assert page.title() != "broken into"
    found = collect_keywords(KeywordDecisions.frame(), ReviewSettings(), client=client, key=KEY, campaign=campaign)
    assert found.decisions[["keyword", "accepted"]].to_numpy().tolist() == [["throne", True]]


def test_a_disputed_pair_is_adjudicated_by_one_key(
    page: "Page", label_studio: RunningLabelStudio, client: LabelStudioClient, campaign: str
) -> None:
    pairs = Pairs.frame([{"scenario_id": scenario_id(SCRIPT), "value": "POWER", "text": SCRIPT}])
    publish_disputes(pairs, CODEBOOK, ReviewSettings(), client=client, campaign=campaign)

    _open_project(page, label_studio, client, campaign)
    shown = page.locator("body").inner_text()
    assert SCRIPT in shown
    assert CODEBOOK.question_about("POWER") in shown
    page.keyboard.press("d")
    _submit(page)

    assert page.title() != "broken into"
    version = CODEBOOK.content_version
    found = collect_disputes(
        Adjudications.frame(), ReviewSettings(), client=client, key=KEY, codebook_version=version, campaign=campaign
    )
    assert (found.adjudications["label"].tolist(), found.waiting) == (["undecided"], 1)
