"""Accounts as keyed hashes, and what a change of the key means."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuenet.curation.reddit.intake.pseudonyms import (
    AccountKeyError,
    AccountKeys,
    pseudonym_of_accounts,
    pseudonyms_ever,
    renewed,
)

OLD, NEW = b"an older key of 32 bytes........", b"the key of today, 32 bytes......"
KEYS = AccountKeys(NEW, (OLD,))


def test_a_pseudonym_is_the_first_16_digits_of_hmac_sha256_over_the_folded_name():
    expected = hmac.new(NEW, b"alice", hashlib.sha256).hexdigest()[:16]
    assert pseudonym_of_accounts(["Alice"], KEYS).tolist() == [f"u-{expected}"]


def test_capital_letters_make_no_difference_and_other_accounts_do():
    alice, same, bob = pseudonym_of_accounts(["Alice", "aLICE", "bob"], KEYS)
    assert alice == same != bob


@pytest.mark.parametrize("gone", ["[deleted]", "[removed]", "", None, float("nan"), " [Deleted] "])
def test_an_account_that_is_gone_has_no_pseudonym(gone: object):
    assert pseudonym_of_accounts(["bob", gone], KEYS)[1] is None


@pytest.mark.parametrize(
    "gone",
    [
        "[suspended]",
        "[deleted by user]",
        "[Removed]",
        "[unavailable]",
        "\uff3bdeleted\uff3d",
        "\\[deleted\\]",
        "<banned>",
        " ",
    ],
)
def test_what_stands_in_the_place_of_an_account_has_no_pseudonym(gone: str):
    assert pseudonym_of_accounts([gone, "bob"], KEYS)[0] is None
    with pytest.raises(AccountKeyError):
        pseudonyms_ever(gone, KEYS)


@pytest.mark.parametrize("name", ["deleted", "removed", "___", "-", "not_found", "Suspended"])
def test_a_name_that_only_sounds_like_a_notice_is_an_account(name: str):
    assert pseudonym_of_accounts([name], KEYS)[0] is not None


def test_no_accounts_have_no_pseudonyms():
    assert pseudonym_of_accounts([], KEYS).tolist() == []


def test_another_key_gives_another_pseudonym_and_another_id():
    assert pseudonym_of_accounts(["bob"], KEYS)[0] != pseudonym_of_accounts(["bob"], AccountKeys(OLD))[0]
    assert KEYS.key_id != AccountKeys(OLD).key_id
    assert KEYS.key_id == AccountKeys(NEW).key_id


def test_keys_do_not_show_when_they_are_printed():
    shown = f"{KEYS} {KEYS!r}"
    assert "key of" not in shown
    assert KEYS.key_id in shown


def test_a_short_key_and_a_key_named_twice_are_refused_without_showing_them():
    with pytest.raises(AccountKeyError, match="less than 16 bytes") as short:
        AccountKeys(b"too short")
    assert "too short" not in str(short.value)
    with pytest.raises(AccountKeyError, match="stands twice"):
        AccountKeys(NEW, (NEW,))


def test_a_withdrawal_is_written_down_under_every_key_the_current_one_first():
    assert pseudonyms_ever("Bob", KEYS) == (
        pseudonym_of_accounts(["bob"], KEYS)[0],
        pseudonym_of_accounts(["bob"], AccountKeys(OLD))[0],
    )


def test_nobody_can_withdraw_deleted_accounts_by_name():
    with pytest.raises(AccountKeyError, match="by its id"):
        pseudonyms_ever("[deleted]", KEYS)


def test_a_withdrawal_under_an_older_key_still_holds_after_the_key_was_changed():
    withdrawn = pseudonym_of_accounts(["Bob"], AccountKeys(OLD)).tolist()
    today = pseudonym_of_accounts(["bob", "alice"], KEYS)
    assert renewed(["alice", "bob", "[deleted]", None], KEYS, withdrawn) == {today[0]}
    assert renewed(["alice", "bob"], KEYS, []) == frozenset()


def test_once_the_older_key_is_forgotten_its_withdrawals_mean_nothing_more():
    withdrawn = pseudonym_of_accounts(["bob"], AccountKeys(OLD)).tolist()
    assert renewed(["bob"], AccountKeys(NEW), withdrawn) == frozenset()


@given(st.lists(st.text(max_size=20) | st.none(), max_size=20))
def test_any_names_give_as_many_pseudonyms_and_never_the_name(names: list[str | None]):
    made = pseudonym_of_accounts(names, KEYS)
    assert len(made) == len(names)
    for name, pseudonym in zip(names, made, strict=True):
        assert pseudonym is None or (pseudonym.startswith("u-") and len(pseudonym) == 18 and pseudonym != name)
