"""Our own corpus of forms of personal data: the half that rules were written with, and the half set aside."""

from tests.benchmarks.personal_data import OWN, is_replaced, rates, read_rows
from valuenet.curation.reddit.intake.names import PatternNames
from valuenet.flows.reddit.facts import PERSONAL_DATA_MEASURED, personal_data_fingerprint


def test_a_part_counts_as_replaced_where_nothing_of_it_is_left():
    assert is_replaced("call ⟦555 0142⟧", "call [PHONE]")
    assert not is_replaced("call ⟦555 0142⟧", "call 555 0142")
    assert not is_replaced("⟦pete.sorensen82⟧", "[NAME].sorensen82")
    assert is_replaced("⟦Ann Lee⟧ and Lee jeans", "[NAME] and Lee jeans")
    assert not is_replaced("⟦a⟧ b", "a b")
    assert is_replaced("no marks: x@y.org", "no marks: [EMAIL]")


def test_every_form_of_the_half_the_rules_were_written_with_is_replaced():
    assert {
        kind: all_ - gone for kind, (gone, all_) in rates(read_rows(OWN[0]), PatternNames()).items()
    } == dict.fromkeys(("email", "user", "url", "phone", "id", "birthdate", "address", "name"), 0)


def test_of_the_half_set_aside_no_less_is_replaced_than_was_measured():
    found = rates(read_rows(OWN[1]), PatternNames())
    gone, every = (sum(counts) for counts in zip(*found.values(), strict=True))
    assert every == 128
    assert gone >= 121  # 94.5 %; what was missed was not looked at when the rules were written


def test_the_card_of_a_release_says_what_was_measured_of_the_rules_as_they_are():
    counts = rates(read_rows(OWN[1]), PatternNames()).values()
    gone, every = (sum(numbers) for numbers in zip(*counts, strict=True))
    measured = PERSONAL_DATA_MEASURED[personal_data_fingerprint()]
    assert measured.replaced == gone / every, "measure again: python -m tests.benchmarks.personal_data"
    assert measured.measured_on.startswith(f"{every} forms")
