"""Lists of withdrawals: every form is read, names become pseudonyms at once, and no message shows a name."""

import codecs
import datetime as dt
import traceback

import pytest

from valuenet.curation.reddit.intake.pseudonyms import AccountKeys, pseudonym_of_accounts
from valuenet.curation.reddit.intake.withdrawal_lists import (
    WithdrawalListError,
    decode_list,
    read_requests,
    withdrawals_of,
)

KEYS = AccountKeys(b"k" * 32, (b"o" * 32,))
NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def test_every_form_of_a_line_is_read_and_each_thing_once():
    lines = ["# asked by mail", "t3_abc", "t1_xyz  # a comment", "", "u-0123456789abcdef", "t3_abc", "/u/Some_One"]
    found = read_requests("\n".join(lines))
    assert found.things == (("post", "abc"), ("comment", "xyz"), ("author", "u-0123456789abcdef"))
    assert found.names == ("Some_One",)


def test_csv_is_read_with_and_without_its_first_line():
    rows = "post,abc\ncomment,t1_xyz\nauthor,u/Some_One\nauthor,plain-name\n"
    for text in (rows, "\ufeffthing,id\r\n" + rows, 'thing, id\n"post","abc"\ncomment , t1_xyz\n' + rows):
        found = read_requests(text)
        assert found.things == (("post", "abc"), ("comment", "xyz"))
        assert found.names == ("Some_One", "plain-name")


def test_a_name_is_written_down_under_every_key_and_nowhere_else():
    requests = read_requests("u/Some_One\nt1_xyz")
    rows = withdrawals_of(requests, KEYS, NOW)
    now, before = (pseudonym_of_accounts(["some_one"], AccountKeys(key))[0] for key in (b"k" * 32, b"o" * 32))
    assert list(zip(rows["thing"], rows["id"], strict=True)) == [
        ("comment", "xyz"),
        ("author", now),
        ("author", before),
    ]
    assert set(rows["requested_at"]) == {NOW}
    assert "Some_One" not in repr(requests)
    assert "some_one" not in rows.to_json().lower()


def test_a_name_without_a_key_is_refused():
    with pytest.raises(WithdrawalListError, match="takes the key of pseudonyms"):
        withdrawals_of(read_requests("u/Some_One"), None, NOW)
    assert len(withdrawals_of(read_requests("t3_abc"), None, NOW)) == 1


@pytest.mark.parametrize("wrong", ["Jane Doe", "t4_abc", "post,", "u/x", "comment,ABC", "account,Jane", "author,u/a b"])
def test_a_line_that_is_none_of_these_is_told_by_its_number_without_what_it_says(wrong):
    with pytest.raises(WithdrawalListError, match="line 2 of the list") as caught:
        read_requests(f"t3_abc\n{wrong}\n")
    said = "".join(traceback.format_exception_only(caught.value))
    assert "Jane" not in said


def test_an_empty_list_is_said():
    with pytest.raises(WithdrawalListError, match="is empty; write one thing a line"):
        read_requests("\n# nothing\n")


LIST = "# a list\r\nt3_abc\r\nu/Some_One  # J\u00f6rg\r\n"
MARKED = {
    "utf-8": codecs.BOM_UTF8 + LIST.encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + LIST.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + LIST.encode("utf-16-be"),
    "utf-32-le": codecs.BOM_UTF32_LE + LIST.encode("utf-32-le"),
    "utf-32-be": codecs.BOM_UTF32_BE + LIST.encode("utf-32-be"),
}


@pytest.mark.parametrize("data", MARKED.values(), ids=MARKED.keys())
def test_a_list_is_read_in_every_encoding_that_says_which_it_is(data):
    found = read_requests(decode_list(data))
    assert (found.things, found.names) == ((("post", "abc"),), ("Some_One",))


@pytest.mark.parametrize(
    "data",
    [
        LIST.encode("latin-1"), LIST.encode("utf-16-le"), LIST.encode("utf-32-be"), MARKED["utf-16-le"][:-1],
        MARKED["utf-32-be"][:-2], b"t3_abc\0\n",
    ],
)  # fmt: skip
def test_a_list_in_an_encoding_that_is_not_said_is_refused_and_nothing_of_it_is_passed_over(data):
    with pytest.raises(WithdrawalListError, match=r"give UTF-8 text|is none of"):
        read_requests(decode_list(data))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0c", "\x0b"])
def test_no_line_end_hides_a_request_behind_a_comment(end):
    assert read_requests(f"t3_abc # by mail{end}t3_def").things == (("post", "abc"), ("post", "def"))


def test_lists_that_were_put_together_are_read_whole():
    text = "\ufeffthing,id\npost,abc\n\ufeffthing,id\ncomment,xyz\n\ufefft3_def"
    assert read_requests(text).things == (("post", "abc"), ("comment", "xyz"), ("post", "def"))
