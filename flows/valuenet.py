"""The whole way, from the raw corpus to a release and a value model. Read top to bottom."""

from prefect import flow

from valuenet.flows.curation import curate
from valuenet.flows.modelling.value import train
from valuenet.flows.people.annotation import annotate
from valuenet.flows.release import Built, release
from valuenet.flows.services.crowd import wants_model
from valuenet.flows.settings.valuenet import ValuenetSettings


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
