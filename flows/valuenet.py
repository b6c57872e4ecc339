"""The whole way, from the raw corpus to a release and a value model. Read top to bottom."""

from typing import NamedTuple

from prefect import flow

from flows.annotation import annotate
from flows.curation import curate
from flows.release import release
from flows.services import wants_model
from flows.settings import ValuenetSettings
from flows.training import train


class Built(NamedTuple):
    """Where things lie after a build."""

    release: str
    model: str | None


@flow(name="valuenet")
def build_valuenet(settings: ValuenetSettings) -> Built:
    """Build every table that is missing or stale, publish the release, train the model.

    Raises:
        PeoplePendingError: while people have not answered; run again later, and it goes on from there.
    """
    curate(settings)
    annotate(settings)
    published = release(settings)
    model = train(settings, published.uri) if wants_model(settings) else None
    return Built(published.uri, model)
