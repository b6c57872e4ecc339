"""What a take-down found and did, to read and as JSON. No text and no name of anybody stands in it."""

from __future__ import annotations

from typing import Any, NamedTuple

from valuenet.models.training.trained_on import TrainedModel


class Holding(NamedTuple):
    """A release that holds something withdrawn: posts and comments, rows by config, and what takes its place."""

    uri: str
    release: str
    things: int
    rows: dict[str, int]
    replaced_by: str


class TakedownReport(NamedTuple):
    """What was asked for, what left the tables, and which releases and models still hold it.

    ``requested`` rows of the list (accounts under every known key); ``new`` those not written down before; ``emptied``
    withdrawn posts and comments there are; ``removed`` rows that left the tables made from them.
    """

    requested: int
    new: int
    emptied: dict[str, int]
    removed: dict[str, int]
    releases: tuple[Holding, ...]
    models: tuple[TrainedModel, ...]
    models_in: str
    """The folder models were looked for in; those that lie elsewhere are not known."""
    leftovers: int = 0
    """Half written releases of killed publications that were removed."""
    unfinished: tuple[str, ...] = ()
    """Uploads to an object store without a manifest: broken off, or at work."""

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        releases = [holding._asdict() for holding in self.releases]
        return {**self._asdict(), "releases": releases, "models": [model._asdict() for model in self.models]}

    def text(self) -> str:
        """Return the report to read, with what is left to do by people."""
        lines = [
            f"written down: {self.requested:,} request(s), {self.new:,} of them new; every build honours them",
            "without text and author now: " + _listed(self.emptied),
            "rows taken out: " + _listed(self.removed),
            *(_release_line(holding) for holding in self.releases),
        ]
        if not self.releases:
            lines.append("no release holds any of it")
        if self.leftovers:
            lines.append(f"half written releases of killed publications, removed: {self.leftovers:,}")
        lines += [f"upload {uri} has no manifest: publish it again, or remove it" for uri in self.unfinished]
        lines.append(f"models trained on such a release, looked for in {self.models_in}: {len(self.models) or 'none'}")
        lines += [f"model {model.folder} was trained on {model.release}; train it again" for model in self.models]
        lines.append("dump files are left as they are; reading them again leaves out what was withdrawn")
        return "\n".join(lines)


def _release_line(holding: Holding) -> str:
    rows = _listed(holding.rows)
    instead = f"; {holding.replaced_by} takes its place" if holding.replaced_by else ""
    return f"release {holding.uri} holds {holding.things:,} of it ({rows}): take it out of circulation{instead}"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"
