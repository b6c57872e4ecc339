"""The report of a campaign in a real browser: read without a server, without a script, on a desk and on a phone."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.annotation.large_campaign import START, VERSION, large_campaign
from valuenet.annotation.agreement import AgreementSettings
from valuenet.annotation.consensus import ConsensusSettings
from valuenet.annotation.report.report import ReportSettings, render_report
from valuenet.warehouse.crowd_tables import LabelMethods, Pairs

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

PAYLOAD = "<img src=x onerror=alert(1)><script>document.title = 'taken'</script>"
LONG = "w" * 400
SECTIONS = ["Progress", "Agreement", "Labels", "Workers", "Disputed pairs", "Not counted, and changed"]
TEXTS = ("h1", ".sub", ".mark.disqualified", "svg text", "svg text.s", "nav a", ".attention li", ".tiles dt")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a campaign some of whose texts are hostile or cannot be broken into lines, as a file."""
    tables, workers, methods = large_campaign(pairs=120, workers=25)
    texts = tables.pairs["text"].where(tables.pairs.index % 3 > 0, PAYLOAD).where(tables.pairs.index % 5 > 0, LONG)
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    html = render_report(
        tables._replace(pairs=Pairs.frame(tables.pairs.assign(text=texts))),
        workers,
        LabelMethods.frame(methods),
        ReportSettings(),
        consensus=ConsensusSettings(),
        agreement=AgreementSettings(resamples=100),
        now=START + timedelta(days=20),
        codebook_version=VERSION,
    )
    file.write_text(html, encoding="utf-8")
    return file.as_uri()


def test_the_page_shows_its_sections_and_charts_and_the_browser_has_nothing_to_complain_of(
    browser: "Browser", address: str
) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append("dialog"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert page.title() == "Annotation campaign"
    assert [heading for heading in page.locator("h2").all_inner_texts() if heading in SECTIONS] == SECTIONS
    for chart in ("Answers per value", "Fleiss' kappa", "Judgements by label", "Time and agreement of each worker"):
        assert page.get_by_role("img", name=chart, exact=True).is_visible()
    assert PAYLOAD in page.locator("td.text").all_inner_texts()
    assert asked == [address]
    assert said == []
    page.close()


@pytest.mark.parametrize(("width", "colours"), [(390, "light"), (390, "dark"), (800, "light"), (1100, "dark")])
def test_nothing_reaches_over_the_edge_and_no_script_is_needed(
    browser: "Browser", address: str, width: int, colours: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=colours,  # type: ignore[arg-type]
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(address)
    boxes = [page.locator(f"{part} >> nth=0").bounding_box() for part in ("main", "header")]
    wide = max(
        box["x"] + box["width"] for part in page.locator("table, figure, dl, ul").all() if (box := part.bounding_box())
    )
    assert all(box and box["x"] + box["width"] <= width for box in boxes)
    assert wide <= width
    assert page.get_by_role("heading", name="Disputed pairs").is_visible()
    context.close()


def test_a_phone_need_not_be_scrolled_sideways(browser: "Browser", address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll('svg.chart text')].map(
               text => parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a))"""
    )
    assert smallest >= 9.5  # pixels, so that the charts can be read as well
    page.close()


def test_light_and_dark_pages_have_readable_contrast(browser: "Browser", address: str) -> None:
    for colours in ("light", "dark"):
        page = browser.new_page(color_scheme=colours)  # type: ignore[arg-type]
        page.goto(address)
        for words in TEXTS:
            assert contrast(page, f"{words} >> nth=0") >= 4.5, (colours, words)
        page.close()


def contrast(page, selector: str) -> float:
    """Return the contrast of a text with the page, as WCAG 2 defines it."""
    colour, ground = page.locator(selector).evaluate(
        """found => [found.namespaceURI.includes('svg') ? getComputedStyle(found).fill : getComputedStyle(found).color,
                     getComputedStyle(document.body).backgroundColor]"""
    )
    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_printed_page_keeps_its_numbers_and_drops_the_links_to_sections(browser: "Browser", address: str) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(address)
    assert not page.locator("nav").is_visible()
    assert page.locator("table").first.is_visible()
    assert page.pdf()[:5] == b"%PDF-"
    page.close()
