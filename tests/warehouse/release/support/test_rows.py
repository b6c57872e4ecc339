"""Rows of a release of support threads: what stands in them, which stand where, and that they load as they are."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.made_support import examples, exchange_id, exchanges, made, preferences, publish_support, rendered, selected
from valuenet.warehouse.reddit_tables import Exchanges, SupportExamples
from valuenet.warehouse.release.rows import ReleaseRowsError
from valuenet.warehouse.release.support.contents import lay_out
from valuenet.warehouse.release.support.files import read_nested, write_nested
from valuenet.warehouse.release.support.rows import SupportRowsError
from valuenet.warehouse.release.support.schema import columns_of
from valuenet.warehouse.release.support.select import SplitsCrossedError, select_for_release

ROWS = made().rows


def say(turn: int, post: str) -> dict[str, str]:
    return {"role": "user" if turn % 2 else "assistant", "content": f"Secret {turn} of {post}."}


def test_an_exchange_is_one_row_with_its_turns_as_messages():
    (row,) = ROWS["exchanges", "train"].to_pylist()
    assert row["exchange_id"] == exchange_id("p1")
    assert row["messages"] == [say(turn, "p1") for turn in range(1, 6)]
    assert row["ids"] == ["t3_p1", "t1_p1c1", "t1_p1c2", "t1_p1c3", "t1_p1c4"]
    assert row["scores"] == [9, 8, 7, 6, 5]
    assert row["filtered"] == [None, None, None, None, "too-short"]
    assert [f"{time:%H:%M}" for time in row["times"]] == ["10:01", "10:02", "10:03", "10:04", "10:05"]


def test_an_example_has_the_history_the_reply_and_what_the_poster_then_said():
    found = {(row["post_id"], row["turn"]): row for row in ROWS["support_examples", "train"].to_pylist()}
    assert set(found) == {("p1", 2), ("p1", 4)}
    later = found["p1", 4]
    assert later["prompt"] == [say(1, "p1"), say(2, "p1"), say(3, "p1")]
    assert later["completion"] == [say(4, "p1")]
    assert later["next_turn"] == "Secret 5 of p1."
    assert later["target_values"] == ["Self-direction: action", "Stimulation", "Hedonism"]
    assert later["target_probabilities"] == [0.75, 0.5, 0.25]
    assert (later["intensity_before"], later["intensity_after"], later["valence_after"]) == (3.5, 2.5, 3.75)


def test_a_pair_has_the_prompt_and_reply_of_its_example_and_the_rejected_comment():
    first, second = sorted(ROWS["preferences", "train"].to_pylist(), key=lambda row: row["rejected_id"])
    assert first["prompt"] == [say(1, "p1")]
    assert first["chosen"] == [say(2, "p1")]
    assert first["rejected"] == [{"role": "assistant", "content": "Rejected secret r1."}]
    assert second["rejected_id"] == "t1_r2"
    assert first["target_values"][0] == "Self-direction: thought"
    assert first["rejected_values"][0] == "Security: societal"


def test_an_exchange_stands_in_the_split_of_its_examples_or_in_none():
    posts = {place: table["post_id"].to_pylist() for place, table in ROWS.items() if place[0] == "exchanges"}
    assert posts == {("exchanges", "train"): ["p1"], ("exchanges", "test"): ["p2"], ("exchanges", "unassigned"): ["p5"]}


def test_what_is_in_crisis_stands_apart_and_nowhere_else():
    (row,) = ROWS["safety_evaluation", "test"].to_pylist()
    assert row["post_id"] == "p3"
    assert row["crisis"] == ["self-harm", None, None, None]
    others = [table for (config, _), table in ROWS.items() if config != "safety_evaluation"]
    assert not any("p3" in table["post_id"].to_pylist() for table in others)


def test_what_is_left_out_is_counted_by_reason():
    assert selected().left_out == {
        "exchanges": {"crisis": 1, "post-duplicate": 1},
        "support_examples": {"crisis": 1, "post-duplicate": 1},
        "preferences": {"crisis": 1},
    }


def test_what_was_withdrawn_does_not_enter_whichever_way_it_was_said():
    by_id = selected("t1_p1c4", "t1_r3")
    assert by_id.left_out["exchanges"]["withdrawn"] == 1
    assert by_id.left_out["support_examples"]["withdrawn"] == 2
    assert by_id.left_out["preferences"] == {"crisis": 1, "rejected-withdrawn": 1, "withdrawn": 2}
    by_account = select_for_release(exchanges(), examples(), preferences(), accounts=["u-poster-b"])
    assert "p2" not in set(by_account.examples["post_id"])
    marked = exchanges().assign(filtered=exchanges()["filtered"].mask(exchanges()["comment_id"] == "p2c1", "removed"))
    assert select_for_release(marked, examples(), preferences()).left_out["exchanges"]["text-not-kept"] == 1


def test_examples_and_pairs_without_what_they_are_made_from_are_left_out():
    turns = exchanges()
    lacking = select_for_release(Exchanges.frame(turns[turns["post_id"] != "p2"]), examples(), preferences())
    assert lacking.left_out["support_examples"]["exchange-missing"] == 1
    fewer = examples()
    lacking = select_for_release(turns, SupportExamples.frame(fewer[fewer["post_id"] != "p2"]), preferences())
    assert lacking.left_out["preferences"]["example-missing"] == 1


def test_a_post_in_two_splits_is_refused():
    crossed = examples().assign(split=["test", "train", "train", "train", "train"])
    with pytest.raises(SplitsCrossedError, match="post 'p1' stand in 2 splits"):
        select_for_release(exchanges(), SupportExamples.frame(crossed), preferences())


def test_an_example_at_the_end_of_its_exchange_is_refused():
    late = examples().assign(turn=[6, 4, 2, 2, 2])
    kept = select_for_release(exchanges(), SupportExamples.frame(late), preferences())
    with pytest.raises(SupportRowsError, match="too short for its example"):
        lay_out(kept)


def test_files_are_the_same_whatever_the_order_of_the_tables():
    shuffled = [frame.sample(frac=1, random_state=3) for frame in (exchanges(), examples(), preferences())]
    again = lay_out(select_for_release(*shuffled))
    assert list(again) == list(ROWS)
    for (config, split), table in again.items():
        assert write_nested(table, config) == rendered()[f"{config}/{split}-00000-of-00001.parquet"]


def test_many_rows_are_written_in_groups_and_read_back():
    row = ROWS["exchanges", "train"].to_pylist()[0]
    many = pa.Table.from_pylist(
        [{**row, "exchange_id": f"x-{n:05d}"} for n in range(4_500)], ROWS["exchanges", "train"].schema
    )
    data = write_nested(many, "exchanges")
    groups = pq.ParquetFile(pa.BufferReader(data)).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [2_000, 2_000, 500]
    assert read_nested(data, "exchanges", "here").equals(many)


def test_a_file_of_something_else_is_said(tmp_path):
    data = rendered()["exchanges/train-00000-of-00001.parquet"]
    with pytest.raises(ReleaseRowsError, match="has other columns than preferences"):
        read_nested(data, "preferences", "here")
    with pytest.raises(ReleaseRowsError, match="does not hold the rows"):
        read_nested(b"no Parquet", "exchanges", "here")


@pytest.mark.parametrize("without_text", [False, True])
def test_datasets_loads_every_config_by_the_card_alone(tmp_path, without_text):
    import datasets

    folder = publish_support(tmp_path, without_text)
    for config in ("exchanges", "support_examples", "preferences", "safety_evaluation"):
        loaded = datasets.load_dataset(str(folder), config, cache_dir=str(tmp_path / "cache"))
        assert {split: len(rows) for split, rows in loaded.items()} == {
            split: table.num_rows for (name, split), table in ROWS.items() if name == config
        }
        names = [column.name for column in columns_of(config, with_text=not without_text)]
        assert all(rows.column_names == names for rows in loaded.values())


def test_the_columns_have_the_shape_that_trl_documents():
    # Its documentation (1.16) wants exactly one of these sets among the names it knows, each a list of {role, content},
    # and a prompt that ends with the user; test_support_trl.py trains with it.
    known = {"prompt", "chosen", "rejected", "completion", "messages", "label"}
    wanted = {
        "exchanges": {"messages"},
        "support_examples": {"prompt", "completion"},
        "preferences": {"prompt", "chosen", "rejected"},
    }
    for config, columns in wanted.items():
        for row in ROWS[config, "train"].to_pylist():
            assert known & set(row) == columns
            for column in columns:
                assert all(set(message) == {"role", "content"} for message in row[column])
            assert row.get("prompt", [{"role": "user"}])[-1]["role"] == "user"


def test_no_account_and_without_text_no_text_is_in_any_file():
    for without_text in (False, True):
        for name, data in rendered(without_text).items():
            held = pq.read_table(pa.BufferReader(data)).to_pandas().to_string() if name.endswith(".parquet") else data
            said = held if isinstance(held, str) else held.decode("latin-1")
            assert "u-poster" not in said
            assert "u-commenter" not in said
            assert without_text is False or "ecret" not in said


def test_the_frames_pandas_reads_have_the_same_rows(tmp_path):
    folder = publish_support(tmp_path)
    frame = pd.read_parquet(folder / "support_examples" / "train-00000-of-00001.parquet")
    assert frame["example_id"].is_monotonic_increasing
    assert len(frame) == 2
