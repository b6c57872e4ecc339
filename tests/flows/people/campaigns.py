"""Small campaigns on the embedded corpus, begun where curation has ended."""

import shutil
from pathlib import Path
from typing import Any

from valuenet.annotation.platforms import Answers
from valuenet.annotation.simulation.platform import SimulatedPlatform
from valuenet.flows.services.crowd import open_crowd
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Candidates, Scenarios

QUICK = {
    "annotation": {
        "pairs": {"max_pairs": 60},
        "agreement": {"resamples": 20},
        "aggregation": {"mace_restarts": 1, "mace_iterations": 5, "glad_iterations": 2},
    },
    "modelling": {"build": {"train": False}},
}


def curated(built: Path, folder: Path, **said: Any) -> ValuenetSettings:
    """Return settings of a campaign whose warehouse, in ``folder``, holds the candidates of the embedded corpus."""
    for table in (Scenarios, Candidates):
        shutil.copytree(built / "warehouse" / table.table_name(), folder / "warehouse" / table.table_name())
    places = {name: str(folder / name) for name in ("warehouse", "releases")}
    return ValuenetSettings.model_validate({**QUICK, **places, **said})


def store_of(settings: ValuenetSettings) -> Warehouse:
    """Return the warehouse of the settings."""
    return Warehouse(settings.warehouse)


class SlowPlatform:
    """A simulated platform of which only every second answer has come in so far."""

    def __init__(self, simulated: SimulatedPlatform) -> None:
        self.name = simulated.name
        self._simulated = simulated
        self.publish = simulated.publish
        self.disqualify = simulated.disqualify

    def collect(self, survey_ids: Any, known: Any = None) -> Answers:
        """Return every second assignment of those there are, with its judgements."""
        every = self._simulated.collect(survey_ids)
        came = every.assignments.iloc[::2]
        judgements = every.judgements[every.judgements["assignment_id"].isin(came["assignment_id"])]
        return Answers(Assignments.frame(came), Judgements.frame(judgements), AnswerChanges.frame())


def slow_crowd(settings: ValuenetSettings) -> Any:
    """Return the crowd of the settings on a platform that has answered only half."""
    crowd = open_crowd(settings)
    return type(crowd)(SlowPlatform(crowd.platform), crowd.codebook, crowd.known, simulated=True)
