import json

import numpy as np
import pandas as pd
import pytest

from valuenet.curation.datasets.esconv import ConversationsError, read_conversations
from valuenet.flows.command.app import run
from valuenet.models.detector.words import CategoryWords
from valuenet.models.emotion.lexicon import VaderReader
from valuenet.models.support.outcomes import OutcomeSettings, compare_groups, measure_outcomes
from valuenet.models.support.outcomes_page import missing_lines, render_outcomes
from valuenet.warehouse.learning_tables import Conversation

GLAD = "I am so happy and grateful, thank you, my friend"  # three categories: humility, interpersonal, caring
SAD = "I hate my friend"
PLAIN = "the table"


def esconv(before, after, *said):
    """One conversation as ESConv writes it; each text is answered."""
    seeker = {name: score for name, score in (("initial", before), ("final", after)) if score}
    dialog = [
        message
        for text in said
        for message in ({"speaker": "seeker", "content": text}, {"speaker": "supporter", "content": "I see"})
    ]
    scores = {f"{name}_emotion_intensity": score for name, score in seeker.items()}
    return {"dialog": dialog, "survey_score": {"seeker": scores, "supporter": {}}}


def written(folder, rows, name="ESConv.json"):
    folder.mkdir(exist_ok=True)
    text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    (folder / name).write_text(text)
    return folder


def measured(folder, **said):
    services = {"emotion": VaderReader(), "categories": CategoryWords()}
    return measure_outcomes(read_conversations(folder), OutcomeSettings(resamples=200, **said), **services)


@pytest.fixture
def folder(tmp_path):
    helped = [esconv("5", "1", SAD, SAD, GLAD, GLAD, GLAD, GLAD), esconv("5", "2", GLAD, PLAIN)]
    not_much = [esconv("5", "5", SAD, SAD, SAD, GLAD), esconv("5", "4", GLAD, PLAIN, PLAIN, PLAIN, SAD)]
    others = [esconv("5", "3", GLAD), esconv("4", "1", GLAD), esconv("5", None, SAD), esconv(None, None, SAD)]
    return written(tmp_path / "data", [*helped, *not_much, *others])


def test_positive_values_of_the_last_four_turns_are_counted(folder):
    glad = int((CategoryWords().probabilities([GLAD]) >= CategoryWords.threshold).sum())
    found = measured(folder)
    assert glad >= 3
    assert found.number.much == (4 * glad + glad) / 2
    assert found.number.little == (glad + 0) / 2
    assert found.number.difference == 2 * glad
    assert found.number.low <= found.number.difference <= found.number.high
    assert found.share.much == 1


def test_every_conversation_is_in_a_group_or_has_a_reason(folder):
    assert measured(folder).conversations == {
        "distress at the end not given": 1,
        "distress at the start not 5": 1,
        "distress not given": 1,
        "helped neither much nor little": 1,
        "little": 2,
        "much": 2,
    }


def test_distress_as_read_is_held_against_the_seekers_own_ratings(tmp_path):
    worse = [esconv(str(before), str(after), *[SAD] * before, *[GLAD] * (5 - after), *[SAD] * after)
             for before, after in ((1, 1), (2, 3), (4, 4))]  # fmt: skip
    found = measured(written(tmp_path, [*worse, esconv("3", None, GLAD)]))
    assert 0 < found.read_as_rated["before"] < 1
    assert found.read_as_rated["after"] == 1
    assert "0.40 before, 1.00 after" in render_outcomes(found)
    silent = {"dialog": [], "survey_score": worse[0]["survey_score"]}
    assert (
        measured(written(tmp_path / "silent", [*worse, esconv("3", None, GLAD), silent])).read_as_rated
        == found.read_as_rated
    )
    alike = measured(written(tmp_path / "alike", [esconv("5", "1", SAD)] * 3))
    assert alike.read_as_rated == {"before": None, "after": None}


def test_messages_that_follow_one_another_are_one_turn(tmp_path):
    dialog = [
        {"speaker": "usr", "text": "one"},
        {"speaker": "usr", "text": " two\n"},
        {"speaker": "sys", "text": "hm"},
        {"speaker": "sys", "text": None},
        {"speaker": "usr", "text": "three"},
    ]
    found = read_conversations(written(tmp_path, [{"dialog": dialog}], "esc-valid.jsonl.txt"))
    assert found == {"esc-valid.jsonl.txt": [Conversation("esc-valid.jsonl.txt:1", ("one two", "three"), None, None)]}


def test_the_interval_by_hand_where_conversations_are_all_alike():
    rows = pd.DataFrame({"group": ["much"] * 3 + ["little"] * 2, "number": [4.0, 4, 4, 1, 1]})
    found = compare_groups(rows, "number", OutcomeSettings(resamples=50))
    assert (found.difference, found.low, found.high) == (3, 3, 3)
    empty = compare_groups(rows[rows["group"] == "much"], "number", OutcomeSettings())
    assert (empty.much, empty.little, empty.difference) == (4, None, None)


def test_the_interval_holds_the_difference_about_as_often_as_it_says():
    generator = np.random.default_rng(5)
    held = 0
    for seed in range(100):
        values = np.concatenate([generator.normal(2, 1, 30), generator.normal(1, 1, 30)])
        rows = pd.DataFrame({"group": ["much"] * 30 + ["little"] * 30, "number": values})
        found = compare_groups(rows, "number", OutcomeSettings(resamples=200, seed=seed))
        held += found.low <= 1 <= found.high
    assert 85 <= held <= 100


def test_the_page_says_what_the_data_lacks_and_whose_it_is(folder):
    written(folder, [{"dialog": [{"speaker": "usr", "text": GLAD}]}], "plain.jsonl")
    outcomes = measured(folder)
    page = render_outcomes(outcomes)
    assert "CC BY-NC 4.0" in page
    assert "7.9 against 6.5" in page
    assert "| much | 2 |" in page
    assert any("plain.jsonl" in line and "how distressed" in line for line in missing_lines(outcomes))
    assert any("Only 2 conversations helped much" in line for line in missing_lines(outcomes))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"dialog": []}, "is no list of conversations"),
        ([{"talk": []}], r"'ESConv\.json:1' has no list `dialog`"),
        ([{"dialog": [{"speaker": "me"}]}], "speaker is 'me', wanted one of listener"),
        ([esconv("7", "1", SAD)], "emotion intensity is '7', wanted 1 to 5; correct it and run again"),
        ([], "holds no conversation"),
    ],
)
def test_other_files_are_refused_with_the_place(tmp_path, rows, message):
    with pytest.raises(ConversationsError, match=message):
        read_conversations(written(tmp_path, rows))


def test_broken_files_and_absent_folders_are_refused(tmp_path):
    (tmp_path / "a.json").write_text("[")
    with pytest.raises(ConversationsError, match=r"a\.json is not JSON"):
        read_conversations(tmp_path)
    with pytest.raises(ConversationsError, match="holds no conversation"):
        read_conversations(tmp_path / "none")
    with pytest.raises(ValueError, match="much_at_most=4 must be less than little_at_least=4"):
        OutcomeSettings(much_at_most=4)


def test_the_command_writes_page_and_json_and_names_the_licence(folder, tmp_path, capsys):
    assert run(["check", "esconv", str(folder), "--out", str(tmp_path / "out"), "--resamples", "50", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["conversations"]["much"] == 2
    assert json.loads((tmp_path / "out" / "esconv.json").read_text()) == said
    assert run(["check", "esconv", str(folder), "--resamples", "50"]) == 0
    streams = capsys.readouterr()
    assert "licence: ESConv" in streams.err
    assert "missing: Only 2 conversations" in streams.err
    assert run(["check", "esconv", str(tmp_path / "none")]) == 2


def test_on_the_data_there_is_failed_conversations_have_scores_and_the_others_none(shared):
    found = measured(shared / "data" / "esconv")
    assert found.files["FailedESConv.json"]["with distress before and after"] == 142
    assert {file for file, said in found.files.items() if said["with distress before and after"]} == {
        "FailedESConv.json"
    }
    assert (found.conversations["much"], found.conversations["little"]) == (6, 39)
    assert found.number.much > found.number.little


@pytest.mark.parametrize("name", ["plain", "u2028"])
def test_the_case_of_separators_inside_a_line_is_read_whole(shared, name):
    (conversations,) = read_conversations(shared / "cases" / "08-jsonl-separators" / name).values()
    assert len(conversations) == 12
