import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from tests.annotation.large_campaign import START as LARGE_START
from tests.annotation.large_campaign import VERSION as LARGE_VERSION
from tests.annotation.large_campaign import large_campaign
from tests.annotation.made_campaign import shuffled
from tests.annotation.small_campaign import (
    ANSWERS,
    ASKED,
    LEFT,
    NOW,
    STANDINGS,
    VERSION,
    made,
    method_rows,
    people,
    survey,
)
from valuenet.annotation.agreement import AgreementSettings
from valuenet.annotation.consensus import ConsensusSettings
from valuenet.annotation.report.report import ReportSettings, render_report
from valuenet.warehouse.crowd_tables import LabelMethods

THREE = ConsensusSettings(workers_each=3, min_agreement=2)
PAYLOAD = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}</style>"


class Page(HTMLParser):
    """What a browser finds on the page: text by element, tags, attributes."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.rows, self.headings = [], [], [], []
        self._open = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append("")
        if tag not in {"meta", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if {"td", "th"} & set(self._open) and "svg" not in self._open:
            self.rows[-1][-1] += data
        elif {"h1", "h2", "h3"} & set(self._open):
            self.headings[-1] += data

    def row(self, first):
        return next([" ".join(cell.split()) for cell in row] for row in self.rows if row[0].strip() == first)


def report(tables, workers=None, methods=None, now=NOW, version=VERSION, consensus=THREE, **settings):
    return render_report(
        tables,
        people() if workers is None else workers,
        LabelMethods.frame() if methods is None else methods,
        ReportSettings(**settings),
        consensus=consensus,
        agreement=AgreementSettings(resamples=200),
        now=now,
        codebook_version=version,
    )


@pytest.fixture(scope="module")
def small():
    """The page of the small campaign, half done."""
    return report(made(ASKED, (*ANSWERS, LEFT)), people(*STANDINGS), min_compared=1)


def test_the_page_has_its_sections_and_the_numbers_worked_by_hand(small):
    page = Page(small)
    assert page.headings == [
        "Annotation campaign",
        "Worth a look",
        "Progress",
        "Agreement",
        "Labels",
        "Workers",
        "Disputed pairs",
        "Not counted, and changed",
        "Answers changed after they were collected",
        "How to read it",
    ]
    assert page.row("Power")[:5] == ["Power", "2 of 2", "0", "1", "3 of 3"]
    assert page.row("Hedonism")[:5] == ["Hedonism", "0 of 1", "0", "1", "1 of 3"]
    ann, cem = page.row("w-ann"), page.row("w-cem")
    # Ann said yes to both: of bea's and cem's answers one of four is yes. Cem said no twice, with one of four.
    assert ann[1:5] == ["qualified", "25% of 4", "3 of 4", "1"]
    assert cem[1:3] == ["unproven", "25% of 4"]
    assert page.row("w-bea")[2] == "50% of 4"
    assert page.row("w-dan")[2] == "-"
    assert page.row("text a")[:5] == ["text a", "Power", "1 no 2 yes", "67%", "yes"]
    assert page.row("failed-prerequisite")[1] == "1"


def test_agreement_stands_with_its_interval_and_undefined_measures_say_why(small):
    page = Page(small)
    agreement = [row for row in page.rows if row[0].strip() == "Power"][1]
    assert agreement[1] == "0.33 [0.33, 0.33]"  # both pairs agree in a third, so every resample does
    undefined = [row for row in page.rows if row[0].strip() == "Hedonism"][1]
    assert undefined[2] == "no item was judged by two workers or more"


def test_every_picture_has_a_title_and_a_description_of_its_own(small):
    pictures = re.findall(r"<svg.*?</svg>", small, flags=re.DOTALL)
    assert len(pictures) == 12 + 3
    names = []
    for picture in pictures:
        title, described = re.search(r'aria-labelledby="(\S+)" aria-describedby="(\S+)"', picture).groups()
        assert re.search(rf'<title id="{title}">[^<]+</title><desc id="{described}">[^<]+</desc>', picture)
        names += [title, described]
    assert len(set(names)) == len(names)
    assert "Self-direction" not in small.split("How to read it")[0]  # a value that is not asked has no line


def test_the_page_needs_nothing_from_outside_and_runs_no_script(small):
    page = Page(small)
    assert not {"script", "link", "iframe", "img", "object", "form"} & set(page.tags)
    assert all(not name.startswith("on") for name, _ in page.attributes)
    addresses = [value for name, value in page.attributes if name in {"href", "src", "action", "srcset"}]
    assert all(address.startswith("#") for address in addresses)
    assert "url(" not in small
    assert "@import" not in small
    assert "default-src 'none'" in small


def test_whatever_people_wrote_is_shown_as_text():
    questions = [{**row, "text": PAYLOAD, "scenario_id": f"s-{PAYLOAD}"} for row in survey("power", "POWER", "a")]
    answers = [("1", "power", PAYLOAD, 1, "y", "complete"), ("2", "power", "bea", 2, "n", "complete")]
    workers = people((PAYLOAD, "qualified", "passed"), ("bea", "qualified", "passed")).assign(reason=PAYLOAD)
    change = [{"assignment_id": "a-1", "change": "deleted", "replaced_by": None}]
    tables = made([questions], answers)
    html = report(tables, workers, title=PAYLOAD) + report(made([questions], answers, (), change), workers)
    page = Page(html)
    assert not {"script", "img"} & set(page.tags)
    assert html.count("</style>") == 2
    assert "{{ 7 * 7 }}" in html
    assert page.headings[0] == PAYLOAD
    assert page.row(f"w-{PAYLOAD}")[-1] == f"passed: {PAYLOAD}"
    assert page.row(PAYLOAD)[1] == "Power"


def test_an_empty_campaign_is_a_page_that_says_so():
    html = report(made())
    page = Page(html)
    assert "No survey is published under this codebook yet." in html
    assert "no survey is published" in html
    assert "Nobody has begun a survey yet." in html
    assert "No judgement is set aside." in html
    assert "nan" not in html.lower()
    assert page.row("All")[1:5] == ["0 of 0", "0", "0", "0 of 0"]


def test_a_campaign_of_one_value_with_one_answer_is_a_page():
    page = Page(report(made(ASKED[1:], ANSWERS[3:]), people(STANDINGS[0])))
    assert page.row("Hedonism")[:5] == ["Hedonism", "0 of 1", "0", "1", "1 of 3"]
    assert page.row("w-ann")[2] == "-"


def test_what_needs_attention_is_said_in_sentences():
    asked = [survey("power", "POWER", "abcdefgh", wanted=4), survey("fun", "HEDONISM", "z")]
    said = [("1", "ann", "yyyyyyyy"), ("2", "bea", "nnnnuuuu"), ("3", "cem", "uuuunnnn"), ("4", "dan", "nuynuynu")]
    tables = made(asked, [(name, "power", who, 1, labels, "complete") for name, who, labels in said])
    workers = people(
        *((who, "qualified", "passed") for who in ("ann", "bea", "cem")), ("dan", "disqualified", "too-fast")
    )
    rows = method_rows("a", "POWER", "no", "yes", "no", "no")
    limits = {"odd_compared": 20, "high_disqualified": 0.2, "weak_kappa": 0.4}
    html = report(tables, workers, LabelMethods.frame(rows), attention=limits)
    assert "No answers come in for Hedonism, though some are wanted." in html
    assert "Fleiss&#39; kappa is surely below 0.4 for Power -0." in html
    assert "3 qualified workers agreed with the others in less than 50% of at least 20 comparisons" in html
    assert "1 of 4 workers are disqualified" in html
    assert "1 pair of 1: the label depends on the method" in html


def test_long_tables_are_cut_and_say_so():
    tables, workers, methods = large_campaign(pairs=400, workers=30)
    now = LARGE_START + timedelta(days=31)
    html = report(tables, workers, methods, now, LARGE_VERSION, ConsensusSettings(), max_workers=7, max_disputed=9)
    assert "The first 7 of 30, those who agree least with the others first" in html
    assert re.search(r"The first 9 of \d+, the most disputed first", html)
    assert len(re.findall(r'<td class="text"', html)) == 9


def test_the_same_bytes_come_out_whatever_the_row_order():
    tables, workers, methods = large_campaign(pairs=200, workers=20)
    now = LARGE_START + timedelta(days=31)
    mixed = tables._replace(
        surveys=shuffled(tables.surveys),
        set_aside=shuffled(tables.set_aside),
        pairs=shuffled(tables.pairs),
        answers=tables.answers._replace(
            assignments=shuffled(tables.answers.assignments), judgements=shuffled(tables.answers.judgements)
        ),
    )
    first = report(tables, workers, methods, now, LARGE_VERSION, ConsensusSettings())
    assert report(mixed, shuffled(workers), shuffled(methods), now, LARGE_VERSION, ConsensusSettings()) == first


def test_a_campaign_of_the_papers_size_is_a_page_of_less_than_three_megabytes():
    tables, workers, methods = large_campaign()
    html = report(tables, workers, methods, LARGE_START + timedelta(days=31), LARGE_VERSION, ConsensusSettings())
    assert len(tables.answers.judgements) > 85_000
    assert len(html.encode()) < 3_000_000
    assert "The first 100 of 300" in html


def test_a_simulated_crowd_is_called_so():
    tables = made(ASKED, ANSWERS)
    simulated = tables.answers.assignments.assign(platform="simulated")
    html = report(tables._replace(answers=tables.answers._replace(assignments=simulated)), people(*STANDINGS))
    assert "Answered by a simulated crowd" in html
    assert "Answered by a simulated crowd" not in report(tables, people(*STANDINGS))
