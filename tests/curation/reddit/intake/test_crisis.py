"""Texts that tell of a crisis, and those that only sound so."""

from pathlib import Path

import pytest

from tests.curation.reddit.planted import judged_comments, judged_posts, planted_ids
from valuenet.curation.reddit.intake.crisis import (
    CrisisErrorRates,
    crisis_error_rates,
    crisis_fingerprint,
    crisis_kinds,
)


def _kind(text: str) -> str | None:
    return crisis_kinds([text])[0]


@pytest.mark.parametrize(
    "text",
    [
        "I've been suicidal since March",
        "my brother committed suicide two years ago",
        "She KILLED HERSELF and nobody talks about it",
        "I don\u2019t want to be alive anymore",
        "i dont know, kms",
        "he tried to take his own life",
        "I was going to end it all that night",
        "I just want to die",
        "I wish I was dead",
        "every night I hope I don't wake up",
        "they would be better off without me",
        "I see no reason to go on living",
        "I can't find any point in living",
        "I lost the will to live",
        "I'm so tired of being alive",
        "life isn't worth living",
        "I started cutting myself again",
        "I keep thinking about hurting myself",
        "he threatened to hurt himself if I leave",
        "she took a whole bottle of sleeping pills",
        "my mom overdosed last year",
        "I wanted to jump off a bridge",
        "I'm not suicidal, I just don't want to exist",
    ],
)
def test_self_harm_is_found_of_whomever_it_is_told(text: str):
    assert _kind(f"Hello all. {text}. Thanks for reading.") == "self-harm"


@pytest.mark.parametrize(
    "text",
    [
        "my husband hits me when he is drunk",
        "I was raped by someone I trusted",
        "he was physically and emotionally abusive",
        "I grew up in an abusive household",
        "my dad used to beat my mom",
        "years of domestic violence",
        "she sexually assaulted me",
        "my abuser found my new place",
    ],
)
def test_abuse_is_found(text: str):
    assert _kind(f"Hello all. {text}. Thanks for reading.") == "abuse"


@pytest.mark.parametrize(
    "text",
    [
        "my uncle molested me when I was 9",
        "a 40 year old man asked a child for nudes",
        "he has child porn on his computer",
        "I (15f) had sex with my teacher",
        "my coach was grooming kids for years",
        "he is a pedophile",
    ],
)
def test_sexual_harm_to_minors_is_found(text: str):
    assert _kind(f"Hello all. {text}. Thanks for reading.") == "minor"


@pytest.mark.parametrize(
    "text",
    [
        "This heat is killing me",
        "I would kill for a night of sleep, I'm dying to know, my boss is going to kill me",
        "I nearly died laughing, dead tired, this commute will be the death of me",
        "my phone died, and the plant died, and my grandfather died of old age",
        "I'm not suicidal, don't worry",
        "I have never been suicidal and I don't want to die",
        "nobody is suicidal here; he is not going to kill himself over it",
        "that move was career suicide, like in Suicide Squad",
        "I was killing myself laughing, I wanted to die of embarrassment",
        "cut myself some slack, cut myself off, cut myself shaving, cut myself on a knife",
        "did you hurt yourself when you fell? I hurt my self-esteem",
        "I don't want to live with my parents anymore, I don't want to wake up early",
        "it took my life into a new direction, I want my life back, I don't want to live here",
        "substance abuse, alcohol abuse, abuse of power",
        "he beat me at chess, she hit me up, they kicked me out, he hit me back",
        "my kids are 9 and 12 and I love being a father",
        "I am 16 and questioning my sexual orientation",
        "",
    ],
)
def test_idioms_denials_and_other_matters_are_no_crisis(text: str):
    assert _kind(f"Hello all. {text}. Thanks for reading.") is None


def test_the_gravest_kind_is_named_and_every_text_has_its_own_answer():
    texts = ["I want to die because he molested me when I was 8", "all fine", "he hits me and I want to die"]
    assert crisis_kinds(texts).tolist() == ["minor", None, "self-harm"]
    assert crisis_kinds([]).tolist() == []


def test_error_rates_count_what_was_missed_and_what_was_taken_wrongly():
    rates = crisis_error_rates(["a", "b", "x", "z"], ["a", "b", "c", "d"], ["x", "y"])
    assert rates == CrisisErrorRates(planted=4, missed=2, harmless=2, taken_wrongly=1, others=1)
    assert (rates.miss_rate, rates.false_alarm_rate) == (0.5, 0.5)
    none = crisis_error_rates([], [])
    assert (none.miss_rate, none.false_alarm_rate) == (0.0, 0.0)


def test_the_fingerprint_is_of_the_rules_alone():
    assert crisis_fingerprint() == crisis_fingerprint()


def test_95_percent_of_planted_crises_are_kept_out_and_lookalikes_are_not(dump: Path):
    found: set[str] = set()
    there: set[str] = set()
    for judged in (judged_posts(dump), judged_comments(dump)):
        found |= judged.ids([kind is not None for kind in judged.filtered.crisis])
        there |= judged.there()
    rates = crisis_error_rates(
        sorted(found),
        sorted(planted_ids(dump, "crisis", there)),
        sorted(planted_ids(dump, "crisis_lookalike", there)),
    )
    assert rates.planted > 5
    assert rates.miss_rate <= 0.05
    assert rates.taken_wrongly == 0
    assert rates.others <= 0.02 * len(there)  # real stories of abuse among the texts, most of them


def test_what_tells_of_a_crisis_is_kept_apart_with_its_text(dump: Path):
    posts = judged_posts(dump)
    apart = posts.filtered.reason == "crisis"
    assert apart.any()
    assert all(text for text in posts.filtered.text[apart])
