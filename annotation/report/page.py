"""The page itself: a template that escapes whatever is put into it, and how numbers are written there."""

import math
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from valuenet.annotation.report.bars import interval_words
from valuenet.annotation.report.charts import value_name

#: What stands where there is no number.
_NONE = "-"


def fill_page(**contents: Any) -> str:
    """Return the page with ``contents`` filled in; every text is escaped, charts alone are taken as they are."""
    environment = Environment(
        loader=PackageLoader("valuenet.annotation", "data"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": _count,
        "percent": _percent,
        "moment": _moment,
        "value_name": value_name,
        "seconds": _seconds,
        "two": lambda number: _NONE if math.isnan(number) else f"{number:.2f}",
        "interval": lambda measure: interval_words(measure.estimate, measure.low, measure.high),
    }
    return environment.get_template("report.html.j2").render(nan=math.nan, **contents)


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _percent(share: float) -> str:
    return _NONE if math.isnan(share) else f"{share:.0%}"


def _seconds(seconds: float) -> str:
    return _NONE if math.isnan(seconds) else f"{seconds:,.0f}"


def _moment(moment: datetime | None) -> str:
    return _NONE if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
