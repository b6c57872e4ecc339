"""All working tables by name: what ``valuenet tables`` prints and SQL can ask."""

from collections.abc import Mapping
from types import MappingProxyType

from valuenet.warehouse import crowd_tables as crowd
from valuenet.warehouse import reddit_tables as reddit
from valuenet.warehouse import tables as corpus
from valuenet.warehouse import upstream_tables as upstream
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.tables import Table


class UnknownTableError(InputError):
    """No table has this name."""


#: Tables in the order a row travels.
_ORDER: tuple[type[Table], ...] = (
    corpus.Scenarios,
    corpus.RulesOfThumb,
    corpus.ScenariosRejected,
    corpus.KeywordProposals,
    corpus.KeywordDecisions,
    corpus.Keywords,
    corpus.Candidates,
    corpus.CandidateHits,
    corpus.KeywordReport,
    corpus.ValueOverlap,
    *crowd.ALL_CROWD_TABLES,
    *upstream.ALL_UPSTREAM_TABLES,
    *reddit.ALL_REDDIT_TABLES,
)
TABLES: Mapping[str, type[Table]] = MappingProxyType({table.table_name(): table for table in _ORDER})


def find_table(name: str) -> type[Table]:
    """Return the contract of the table called ``name`` (case makes no difference).

    Raises:
        UnknownTableError: listing the tables there are.
    """
    try:
        return TABLES[name.lower()]
    except KeyError:
        raise UnknownTableError(f"no table is called {name!r}; the tables are {', '.join(TABLES)}") from None


def describe_table(table: type[Table]) -> list[tuple[str, str, str]]:
    """Return (column, type, meaning) for every column of ``table``."""
    schema = table.to_schema()
    return [(name, _type_name(str(col.dtype)), col.description or "") for name, col in schema.columns.items()]


def _type_name(dtype: str) -> str:
    return {"string[pyarrow]": "text", "int64": "integer", "float64": "number", "bool": "yes/no"}.get(
        dtype, "time (UTC)"
    )
