"""The surveys of the next round: ten questions of one value, two of them hidden checks.

A round asks for what is missing, no more. Round 1 opens every pair; a later round opens again the pairs that lost
judgements when a worker was disqualified. A pair stands in one open survey at a time, so nobody can be paid to judge
it in two, and a campaign ends: each round needs a reason from the round before, and ``max_rounds`` bounds them.
"""

from collections.abc import Iterator
from typing import NamedTuple, Self

import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveInt, model_validator

from valuenet.annotation.progress import pair_progress
from valuenet.warehouse.crowd_tables import Gold, Judgements, JudgementsSetAside, Pairs, Surveys
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import draw, draws, hash_id
from valuenet.warehouse.settings import Settings


class SurveySettings(Settings):
    """Shape of a survey. Source of the defaults: Qiu et al. 2022, "Value-Aspect Attitude Annotation"."""

    questions: PositiveInt = 10
    """Questions of a survey, hidden checks included."""
    checks: PositiveInt = 2
    """Hidden checks among them. Nobody is asked a check twice, so one worker can do at most
    (gold items of a value / checks) surveys of that value: 100 items over ten values allow 50 surveys a worker."""
    max_rounds: PositiveInt = 30
    """Rounds after which nothing is opened again, whatever is missing."""
    seed: int = 0
    """Mixes pairs, checks and positions."""

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if self.checks >= self.questions:
            raise ValueError(
                f"checks={self.checks} leaves no room among questions={self.questions}; ask more or check less"
            )
        return self


class GoldTooSmallError(InputError):
    """A value has fewer gold items than a survey has hidden checks."""


class PairIsGoldError(InputError):
    """A pair is to be judged although its answer is known and asked as a check."""


class _Draft(NamedTuple):
    """A survey before its checks are chosen: pairs to judge, pairs that fill the page, workers wanted."""

    formal: tuple[str, ...]
    filler: tuple[str, ...]
    workers_wanted: int


def plan_surveys(
    pairs: DataFrame[Pairs],
    gold: DataFrame[Gold],
    surveys_so_far: DataFrame[Surveys],
    judgements: DataFrame[Judgements],
    set_aside: DataFrame[JudgementsSetAside],
    settings: SurveySettings,
    *,
    workers_each: int,
    codebook_version: str,
) -> DataFrame[Surveys]:
    """Return the questions of the next round; no row where every pair has its judgements or stands in an open survey.

    Pairs of a value that miss the same number of judgements share surveys, which want that many workers. The last
    survey of such a group is made full with fillers: pairs of the value that are judged enough, else others of it;
    where the value has too few pairs even so, the survey is shorter. Answers under another codebook do not count.
    A pair has its judgements when ``workers_each`` workers have judged it.

    Raises:
        GoldTooSmallError: if a value to be asked has fewer gold items than ``settings.checks``.
        PairIsGoldError: if a pair to be judged is in the gold set.
    """
    _refuse_gold(pairs, gold)
    progress = pair_progress(
        pairs,
        surveys_so_far,
        judgements,
        set_aside,
        workers_each=workers_each,
        codebook_version=codebook_version,
    )
    rounds = surveys_so_far.loc[surveys_so_far["codebook_version"] == codebook_version, "round"].nunique()
    short = progress.loc[progress["missing"] > 0, "value"].unique()
    if rounds >= settings.max_rounds or not len(short):
        return Surveys.frame()
    rows = _draw_up(progress[progress["value"].isin(short)], gold, surveys_so_far, settings)
    texts = pd.concat([pairs, gold]).drop_duplicates("scenario_id").set_index("scenario_id")["text"]
    questions = pd.DataFrame(rows).assign(codebook_version=codebook_version)
    questions["text"] = questions["scenario_id"].map(texts)
    return Surveys.frame(questions.sort_values(Surveys.key()))


def _draw_up(
    progress: pd.DataFrame, gold: pd.DataFrame, surveys_so_far: pd.DataFrame, settings: SurveySettings
) -> list[dict[str, object]]:
    """Return the questions of the next round, value by value."""
    number = int(surveys_so_far["round"].max()) + 1 if len(surveys_so_far) else 1
    rows: list[dict[str, object]] = []
    for value, of_value in progress.groupby("value", sort=True):
        known = gold[gold["value"] == value].sort_values("scenario_id")
        _check_gold(str(value), len(known), settings)
        shown = _times_shown(known, surveys_so_far[surveys_so_far["value"] == value])
        for draft in _drafts(of_value, settings):
            rows += _survey(str(value), draft, shown, number, settings)
    return rows


def _refuse_gold(pairs: pd.DataFrame, gold: pd.DataFrame) -> None:
    both = pairs.merge(gold[Gold.key()], on=Gold.key()).sort_values(Gold.key())
    if len(both):
        first = both.iloc[0]
        raise PairIsGoldError(
            f"{len(both):,} pairs to be judged are gold items, first {first['text']!r} under {first['value']};"
            " select the pairs again with the present gold set"
        )


def _check_gold(value: str, count: int, settings: SurveySettings) -> None:
    if count < settings.checks:
        raise GoldTooSmallError(
            f"{value} has {count} gold item(s), a survey needs {settings.checks} hidden checks; "
            f"add gold items for {value} or lower checks"
        )


def _times_shown(gold: pd.DataFrame, surveys: pd.DataFrame) -> dict[str, int]:
    """Return how many workers each gold item of a value was or will be shown to by the surveys there are."""
    shown = surveys[surveys["role"] == "check"].groupby("scenario_id")["workers_wanted"].sum()
    return {item: int(shown.get(item, 0)) for item in gold["scenario_id"]}


def _drafts(of_value: pd.DataFrame, settings: SurveySettings) -> Iterator[_Draft]:
    """Yield surveys of one value's pairs, those that miss most judgements first.

    Pairs have one order in all rounds, and fillers are near neighbours in it: pairs that lost judgements together are
    asked together again, so that few workers are barred from the new survey.
    """
    room = settings.questions - settings.checks
    order = draws(of_value["scenario_id"], settings.seed, "order", of_value["value"].iloc[0])
    mixed = of_value.assign(order=order).sort_values(["order", "scenario_id"]).reset_index(drop=True)
    for missing in sorted(set(mixed["missing"]) - {0}, reverse=True):
        group = mixed.index[mixed["missing"] == missing]
        for start in range(0, len(group), room):
            formal = group[start : start + room]
            filler = _fillers(mixed, formal, room - len(formal))
            yield _Draft(tuple(mixed["scenario_id"][formal]), tuple(mixed["scenario_id"][filler]), int(missing))


def _fillers(mixed: pd.DataFrame, formal: "pd.Index[int]", wanted: int) -> "pd.Index[int]":
    """Return the places of at most ``wanted`` other pairs: those judged enough before others, near before far."""
    if not wanted:
        return formal[:0]
    others = mixed.drop(formal)
    busy = (others["missing"] > 0) | others["open"]
    distance = (others.index.to_series() - formal[0]).abs()
    return others.assign(busy=busy, distance=distance).sort_values(["busy", "distance", "order"]).index[:wanted]


def _survey(
    value: str, draft: _Draft, shown: dict[str, int], number: int, settings: SurveySettings
) -> list[dict[str, object]]:
    """Return the questions of one survey in their order, and note in ``shown`` which checks it uses."""
    least_shown = sorted(shown, key=lambda item: (shown[item], draw(settings.seed, "check", value, item)))
    checks = least_shown[: settings.checks]
    for item in checks:
        shown[item] += draft.workers_wanted
    roles = {**dict.fromkeys(checks, "check"), **dict.fromkeys(draft.formal, "formal")}
    roles |= dict.fromkeys(draft.filler, "filler")
    survey_id = hash_id("q-", number, value, *sorted(roles))
    order = sorted(roles, key=lambda item: draw(settings.seed, "position", survey_id, item))
    common = {"survey_id": survey_id, "round": number, "value": value, "workers_wanted": draft.workers_wanted}
    return [{**common, "position": i, "scenario_id": item, "role": roles[item]} for i, item in enumerate(order, 1)]
