"""A step whose tables are written whole, described once for what runs it and for what asks whether it is current."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from prefect.futures import PrefectFuture

from valuenet.flows.recipe import itemise
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, run_step, submit_step
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

Tables = tuple[type[Table], ...]


class TableStep(NamedTuple):
    """What makes some tables, of which tables, and by which settings."""

    function: Callable[..., Any]
    stage: str
    """The part of the settings that decides it."""
    reads: Tables
    writes: Tables
    services: Callable[[ValuenetSettings], Mapping[str, Any]] | None = None
    """Opens its services, by the names of its arguments."""
    before: Callable[[ValuenetSettings], Callable[..., Any]] | None = None
    """Gives what turns the tables read into one argument."""
    as_datasets: bool = False
    """Whether what is read may be larger than memory."""

    def run(self, settings: ValuenetSettings, store: Warehouse, **services: Any) -> StepReport:
        """Make the tables, unless they are current; ``services`` that are open already are not opened again."""
        return run_step(
            self.function, self.own(settings), store, writes=self.writes, **self._options(settings, services)
        )

    def submit(self, settings: ValuenetSettings, store: Warehouse, **services: Any) -> PrefectFuture[StepReport]:
        """Do as ``run`` on the flow's task runner, beside other steps."""
        options = self._options(settings, services)
        return submit_step(self.function, self.own(settings), store, writes=self.writes, **options)

    def itemise(self, settings: ValuenetSettings, store: Warehouse) -> Recipe:
        """Return the recipe of its tables by today's settings and what is there to read."""
        services = self.services(settings) if self.services else {}
        before = self.before(settings) if self.before else None
        return itemise(self.function, self.own(settings), store, self.reads, services, before=before)

    def recipe(self, settings: ValuenetSettings, store: Warehouse) -> str:
        """Return the hash of that recipe."""
        return self.itemise(settings, store).key()

    def own(self, settings: ValuenetSettings) -> Settings:
        """Return the part of the settings that decides the step."""
        part: Settings = attrgetter(self.stage)(settings.for_corpus())
        return part

    def _options(self, settings: ValuenetSettings, services: Mapping[str, Any]) -> dict[str, Any]:
        given = services or (self.services(settings) if self.services else {})
        before = self.before(settings) if self.before else None
        return {"reads": self.reads, "before": before, "as_datasets": self.as_datasets, **given}
