"""Keyword sign-off and adjudication in Label Studio: published and collected like surveys, answered by a few experts.

Label Studio's community edition has no roles: whoever has an account on the server can open these projects. Name the
accounts whose answers count in ``ReviewSettings.reviewers`` wherever workers have accounts on the same server; answers
of others are then told, and never counted.
"""

from collections import Counter
from functools import partial
from typing import Annotated, NamedTuple

from pandera.typing import DataFrame
from pydantic import Field, PositiveInt

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.reviews.answers import (
    Adjudicated,
    KeywordReview,
    decide_keywords,
    missing_reviewers,
    new_adjudications,
)
from valuenet.annotation.label_studio.reviews.interface import dispute_interface, keyword_interface
from valuenet.annotation.label_studio.reviews.projects import (
    ask_more,
    clean_tasks,
    counted_users,
    find_projects,
    import_new,
    open_project,
    read_tasks,
    split_answers,
)
from valuenet.annotation.label_studio.reviews.tasks import (
    KeywordHits,
    ReviewProject,
    dispute_tasks,
    keyword_tasks,
    read_answers,
)
from valuenet.warehouse.crowd_tables import Adjudications, Pairs
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals


class ReviewSettings(Settings):
    """Who decides on keywords and disputed pairs, and how many must agree."""

    min_reviewers: PositiveInt = 1
    """Reviewers who must say the same of a keyword. Where they differ, it stays open and one more is asked."""
    experts: Annotated[int, Field(ge=2)] = 2
    """Experts asked about each disputed pair; all of them must agree before it is gold."""
    reviewers: tuple[str, ...] = ()
    """E-mail addresses of the accounts whose answers count; everybody's while it is empty."""


class Published(NamedTuple):
    """How many items are new on the server, and how many are opened to more people than were asked before."""

    added: int
    reopened: int


def publish_keywords(
    proposals: DataFrame[KeywordProposals],
    codebook: Codebook,
    settings: ReviewSettings,
    *,
    hits: KeywordHits,
    client: LabelStudioClient,
    campaign: str = "valuenet",
) -> Published:
    """Put every proposed keyword that is not there yet before reviewers, and ask one more where they differ.

    Args:
        proposals: words nobody has decided on.
        codebook: its definitions are shown; a project belongs to one version of it.
        settings: how many reviewers must agree, and whose answers count.
        hits: what each word would add, for the reviewers to see.
        client: the server.
        campaign: whose project it is.
    """
    users = counted_users(client, settings.reviewers)
    items = keyword_tasks(proposals, hits, codebook)
    project = ReviewProject("keyword sign-off", campaign, codebook.content_version)
    number = open_project(client, project, keyword_interface(), settings.min_reviewers)
    there = clean_tasks(client, number)
    added = import_new(client, number, items, there)
    missing = partial(missing_reviewers, min_reviewers=settings.min_reviewers)
    return Published(added, ask_more(client, there, users, missing))


def collect_keywords(
    known: DataFrame[KeywordDecisions],
    settings: ReviewSettings,
    *,
    client: LabelStudioClient,
    key: bytes,
    campaign: str = "valuenet",
) -> KeywordReview:
    """Return the decisions that are not in ``known``, and the keywords that stay open with the reason.

    Args:
        known: decisions collected before.
        settings: how many reviewers must agree, and whose answers count.
        client: the server.
        key: secret that makes pseudonyms of accounts.
        campaign: whose projects are read, whatever the codebook they were published under.
    """
    users = counted_users(client, settings.reviewers)
    projects = find_projects(client, "keyword sign-off", campaign)
    tasks = [task for number, _ in projects for task in read_tasks(client, number)]
    answers, others = split_answers(read_answers(tasks), users)
    return decide_keywords(
        [task["data"] for task in tasks],
        answers,
        known,
        min_reviewers=settings.min_reviewers,
        key=key,
        uncounted=len(others),
    )


def publish_disputes(
    disputes: DataFrame[Pairs],
    codebook: Codebook,
    settings: ReviewSettings,
    *,
    client: LabelStudioClient,
    campaign: str = "valuenet",
) -> Published:
    """Put every disputed pair that is not there yet before ``settings.experts`` experts, without the votes."""
    users = counted_users(client, settings.reviewers)
    items = dispute_tasks(disputes, codebook)
    project = ReviewProject("adjudication", campaign, codebook.content_version)
    number = open_project(client, project, dispute_interface(codebook), settings.experts)
    there = clean_tasks(client, number)
    added = import_new(client, number, items, there)
    return Published(added, ask_more(client, there, users, lambda answers: max(settings.experts - len(answers), 0)))


def collect_disputes(
    known: DataFrame[Adjudications],
    settings: ReviewSettings,
    *,
    client: LabelStudioClient,
    key: bytes,
    codebook_version: str,
    campaign: str = "valuenet",
) -> Adjudicated:
    """Return what experts said that is not in ``known``: new answers, and answers they changed since.

    An answer deleted on the server after it was collected stays; an expert takes theirs back by "undecided".

    Args:
        known: answers collected before.
        settings: how many experts are asked, and whose answers count.
        client: the server.
        key: secret that makes pseudonyms of accounts.
        codebook_version: pairs published under it are waited for; answers under older ones come with their version.
        campaign: whose projects are read.
    """
    users = counted_users(client, settings.reviewers)
    decided, waiting, uncounted = [], 0, 0
    for number, version in find_projects(client, "adjudication", campaign):
        tasks = list(read_tasks(client, number))
        answers, others = split_answers(read_answers(tasks), users)
        decided += [(answer, version) for answer in answers]
        uncounted += len(others)
        given = Counter(answer.review_id for answer in answers)
        asked = {task["data"]["review_id"] for task in tasks} if version == codebook_version else set()
        waiting += sum(given[item] < settings.experts for item in asked)
    return Adjudicated(new_adjudications(decided, known, key=key), waiting, uncounted)
