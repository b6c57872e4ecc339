"""The loader of Social-Chem-101: nothing lost, nothing invented, no worker's id outside."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from valuenet.curation.social_chem import SocialChemFile, SocialChemSettings, load_scenarios
from valuenet.curation.social_chem_rows import COLUMNS, NotSocialChemError, judge_line

GOOD = {
    "area": "confessions",
    "m": "1",
    "split": "train",
    "rot-agree": "3",
    "rot-bad": "0",
    "action": "calling my mother",
    "action-agency": "agency",
    "action-legal": "legal",
    "situation": "I forgot my mother's birthday.",
    "situation-short-id": "reddit/confessions/aa1",
    "rot": "It's good to call your mother.",
    "rot-id": "rot/reddit/confessions/aa1/WORKER77/1",
    "rot-worker-id": "WORKER77",
    "breakdown-worker-id": "WORKER88",
}


def line(**changes: str) -> bytes:
    row: Mapping[str, str] = GOOD | {name.replace("_", "-"): text for name, text in changes.items()}
    return "\t".join(row.get(name, "") for name in COLUMNS).encode()


def write(path: Path, *lines: bytes, header: bytes = "\t".join(COLUMNS).encode(), end: bytes = b"\n") -> SocialChemFile:
    path.write_bytes(end.join([header, *lines]) + end)
    return SocialChemFile(path)


@pytest.fixture
def tsv(tmp_path: Path) -> Path:
    return tmp_path / "corpus.tsv"


def load(source: SocialChemFile, **settings: object):
    return load_scenarios(SocialChemSettings.model_validate(settings), source=source)


def verdict_on(tsv: Path, bad: bytes) -> tuple[int, str, str]:
    rejected = load(write(tsv, line(), bad, line())).rejected
    assert len(rejected) == 1
    row = rejected.iloc[0]
    assert row["source_file"] == "corpus.tsv"
    return row["source_line"], row["reason"], row["detail"]


def test_a_line_becomes_a_scenario_and_a_rule_of_thumb(tsv):
    corpus = load(write(tsv, line()))
    assert corpus.scenarios[["text", "corpus", "area"]].values.tolist() == [
        ["I forgot my mother's birthday.", "social-chem-101", "confessions"]
    ]
    rule = corpus.rules.iloc[0]
    assert rule["source_line"] == 2
    assert rule["scenario_id"] == corpus.scenarios["scenario_id"].iloc[0]
    assert rule["rule_id"] == "reddit/confessions/aa1/1"
    assert (rule["rule_of_thumb"], rule["action"]) == ("It's good to call your mother.", "calling my mother")
    assert corpus.rejected.empty


def test_situations_that_differ_in_white_space_are_one_scenario_of_the_first_area(tsv):
    again = line(situation="I forgot  my mother's birthday. ", area="dearabby", rot_id="rot/x/2")
    corpus = load(write(tsv, line(), again, line(situation="Another.", situation_short_id="b")))
    assert sorted(corpus.scenarios["text"]) == ["Another.", "I forgot my mother's birthday."]
    assert corpus.scenarios["scenario_id"].is_monotonic_increasing
    assert corpus.rules["scenario_id"].nunique() == 2
    assert corpus.scenarios.set_index("text")["area"]["I forgot my mother's birthday."] == "confessions"


def test_rules_are_numbered_within_their_situation_and_keep_their_number_when_repeated(tsv):
    ids = ["rot/a/W2/1", "rot/a/W1/1", "rot/a/W2/1", "rot/b/W9/1"]
    shorts = ["a", "a", "a", "b"]
    lines = [line(rot_id=i, situation_short_id=s) for i, s in zip(ids, shorts, strict=True)]
    assert load(write(tsv, *lines)).rules["rule_id"].tolist() == ["a/1", "a/2", "a/1", "b/1"]


def test_no_worker_id_leaves_the_loader(tsv):
    broken = [line(area="WORKER"), line() + b"\tWORKER99", line(situation="\0"), line(m="77"), line(rot_bad="1")]
    text = "".join(frame.to_csv() for frame in load(write(tsv, line(), *broken)))
    assert "WORKER77" not in text
    assert "WORKER88" not in text
    assert "WORKER99" not in text
    assert "77" not in text


def test_an_empty_rule_or_action_is_null(tsv):
    rule = load(write(tsv, line(rot="", action=" "))).rules.iloc[0]
    assert rule[["rule_of_thumb", "action"]].isna().all()


def test_bad_rules_are_left_out_with_their_reason_unless_they_are_wanted(tsv):
    source = write(tsv, line(), line(rot_bad="1", situation="Only a bad rule.", situation_short_id="b"))
    corpus = load(source)
    assert corpus.rejected[["source_line", "reason"]].values.tolist() == [[3, "bad-rule"]]
    assert len(corpus.scenarios) == len(corpus.rules) == 1
    kept = load(source, drop_bad_rules=False)
    assert (len(kept.scenarios), len(kept.rules), len(kept.rejected)) == (2, 2, 0)


@pytest.mark.parametrize(
    ("bad", "reason", "detail"),
    [
        (b"one\ttwo", "wrong-column-count", "2 columns, 25 are wanted"),
        (b"", "wrong-column-count", "1 columns, 25 are wanted"),
        (line() + b"\tmore", "wrong-column-count", "26 columns, 25 are wanted"),
        (line(rot="a\0b"), "not-text", "a NUL byte in rot"),
        (line().replace(b"forgot", b"caf\xe9"), "not-text", "byte 0xe9, which is not UTF-8, in situation"),
        (b"\t" * 30 + b"\xff", "not-text", "byte 0xff, which is not UTF-8, in column 31"),
        (line(area="twitter"), "wrong-field", "area is 'twitter'"),
        (line(area=""), "wrong-field", "area is empty"),
        (line(m="2"), "wrong-field", "m is not one of its allowed entries"),
        (line(action_moral_judgment="-3"), "wrong-field", "action-moral-judgment is not one of its allowed entries"),
        (line(situation=" "), "no-situation", "situation is empty"),
        (line(rot_id=""), "wrong-field", "rot-id is empty"),
        (line(rot="x" * 2001), "wrong-field", "rot has 2,001 characters, at most 2,000 fit"),
    ],
)
def test_a_malformed_line_is_rejected_with_line_reason_and_detail(tsv, bad, reason, detail):
    assert verdict_on(tsv, bad) == (3, reason, detail)


def test_quotes_and_carriage_returns_have_no_meaning(tsv):
    odd = line(situation='He said "no', rot='"', action="a\rb")
    corpus = load(write(tsv, odd, line()))
    assert len(corpus.rules) == 2
    assert 'He said "no' in set(corpus.scenarios["text"])


def test_numbers_may_be_written_with_a_decimal_point_and_lines_end_as_on_windows(tsv):
    corpus = load(write(tsv, line(rot_agree="3.0", rot_bad="0.0"), header=_windows_header(), end=b"\r\n"))
    assert corpus.rejected.empty


def _windows_header() -> bytes:
    return b"\xef\xbb\xbf" + "\t".join(COLUMNS).encode()


def test_a_last_line_without_an_end_counts(tsv):
    source = write(tsv, line(), line(situation="Second."))
    tsv.write_bytes(tsv.read_bytes().removesuffix(b"\n"))
    assert len(load(source).rules) == 2


def test_lines_are_numbered_on_across_blocks(tsv, monkeypatch):
    monkeypatch.setattr("valuenet.curation.social_chem_rows.BLOCK_BYTES", 400)
    lines = [line(situation=f"Situation {n}.") for n in range(20)]
    corpus = load(write(tsv, *lines[:13], b"broken", *lines[13:]))
    assert corpus.rejected["source_line"].tolist() == [15]
    assert corpus.rules["source_line"].tolist() == [*range(2, 15), *range(16, 23)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (b"area,m,split\n", "not tab-separated"),
        (b"area\tm\tsplitt\n", "column 3 is 'splitt', 'split' is wanted"),
        ("\t".join(COLUMNS[:-1]).encode() + b"\n", "has 24 columns, 25 are wanted"),
        ("\t".join(COLUMNS).encode() + b"\n", "a header and no rows"),
        ("\t".join(COLUMNS).encode() + b"\nx\ty\n", "none of 1 rows can be used; line 2: 2 columns"),
    ],
)
def test_what_is_not_the_official_file_is_refused_in_one_sentence(tsv, content, words):
    tsv.write_bytes(content)
    with pytest.raises(NotSocialChemError, match=words) as caught:
        load(SocialChemFile(tsv))
    assert "corpus.tsv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_names_the_command_that_gets_it(tmp_path):
    source = SocialChemFile(tmp_path / "none.tsv")
    with pytest.raises(NotSocialChemError, match="valuenet fetch social-chem"):
        load(source)
    with pytest.raises(NotSocialChemError, match=r"none\.tsv"):
        _ = source.fingerprint


def test_the_fingerprint_is_the_sha256_of_the_bytes(tsv):
    source = write(tsv, line())
    assert (source.name, source.fingerprint) == ("corpus.tsv", hashlib.sha256(tsv.read_bytes()).hexdigest())


@pytest.fixture(scope="module")
def dirty(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dirty") / "dirty.tsv"
    generator = shared / "tools" / "make_social_chem.py"
    subprocess.run(
        [sys.executable, generator, "--rows", "2000", "--dirty", "--out", out], check=True, capture_output=True
    )
    return out


def test_every_planted_defect_is_found_by_its_line_and_no_good_row_is_lost(dirty):
    planted = json.loads((dirty.parent / "dirty.tsv.defects.json").read_text())
    corpus = load(SocialChemFile(dirty))
    broken = corpus.rejected[corpus.rejected["reason"] != "bad-rule"]
    assert broken["source_line"].tolist() == sorted(defect["line"] for defect in planted["defects"])
    assert len(corpus.rules) + len(corpus.rejected) == planted["good_rows"] + planted["malformed_lines"]
    reasons = broken.set_index("source_line")["reason"]
    for kind, reason in (("nul_byte", "not-text"), ("too_few_columns", "wrong-column-count"), ("bad_utf8", "not-text")):
        assert set(reasons.loc[planted["lines_by_kind"][kind]]) == {reason}


def test_the_case_that_pandas_wrote_again_changes_no_text(shared):
    folder = shared / "cases" / "23-social-chem"
    raw, again = (
        load_scenarios(SocialChemSettings(), source=SocialChemFile(folder / name))
        for name in ("raw.tsv", "pandas-rewritten.tsv")
    )
    assert set(again[0]["text"]) <= set(raw[0]["text"])
    rejected = again[-1]
    assert len(rejected) == len(raw[0]["text"]) - len(again[0]["text"])
    assert rejected["detail"].str.contains("quoted with doubled quotes inside").all()


@pytest.mark.parametrize("text", ['"he said ""no"" to me"', '""""', '"a ""b"""'])
def test_a_text_that_was_quoted_again_is_rejected(text):
    assert judge_line(line(situation=text, m="1"), 1000).reason == "wrong-field"


@pytest.mark.parametrize("text", ['"quoted as a whole"', 'telling "no" to all', '"', '"" twice', 'ends with ""'])
def test_a_text_with_quotes_of_its_own_is_kept(text):
    assert judge_line(line(situation=text, m="1"), 1000) is None
