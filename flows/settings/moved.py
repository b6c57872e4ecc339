"""Settings that stood elsewhere in earlier versions: a file that has one is told its new name."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

_ROOMS = {
    "curation": ("fetch", "corpus", "keywords", "expansion", "datamuse", "retrieval", "keyword_report"),
    "annotation": (
        "pairs", "surveys", "simulation", "label_studio", "mturk", "reviews", "qualification", "consensus",
        "aggregation", "agreement", "report",
    ),
    "dataset": ("splits", "variants", "leakage", "release"),
    "modelling": ("training", "scoring"),
}  # fmt: skip
_STAGES = (
    "api", "decoding", "filters", "names", "coverage", "duplicates", "exchanges", "other_replies", "support", "scoring",
    "release",
)  # fmt: skip

#: Old name -> new name, of tables and of single settings.
MOVED: Mapping[str, str] = MappingProxyType(
    {
        **{name: f"{room}.{name}" for room, names in _ROOMS.items() for name in names},
        "model": "modelling.build",
        **{f"reddit_{stage}": f"reddit.{stage}" for stage in _STAGES},
        "reddit_exchanges.duplicates": "reddit.duplicates",
        "annotation.surveys.workers_each": "annotation.consensus.workers_each",
        "reddit.api.subreddit": "reddit.community",
        "reddit.decoding.subreddits": "reddit.community",
        "reddit.release.community": "reddit.community",
    }
)


def new_name(path: Sequence[str]) -> str | None:
    """Return the name that the setting at ``path`` has now; None where no earlier version had it there."""
    for length in range(len(path), 0, -1):
        moved = MOVED.get(".".join(path[:length]))
        if moved is not None:
            again = [*moved.split("."), *path[length:]]
            return new_name(again) or ".".join(again)
    return None
