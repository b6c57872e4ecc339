"""Cards and reports as Jinja templates: their words stand in a file beside the module that computes what goes in."""

from __future__ import annotations

from typing import Any


def fill(package: str, name: str, **values: Any) -> str:
    """Return the text of the template ``name`` in ``package`` (``valuenet.models.values``), filled in.

    Nothing is escaped: the result is Markdown. ``number|count`` writes thousands, ``number|fixed(2)`` decimals.

    Raises:
        jinja2.UndefinedError: if the template asks for something that is not given.
    """
    return str(open_templates(package).get_template(name).render(**values))


def open_templates(package: str) -> Any:
    """Return the environment (``jinja2.Environment``) in which the templates of ``package`` are filled."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(package, "."),
        autoescape=False,  # noqa: S701  Markdown, not HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"count": "{:,}".format, "fixed": lambda number, digits: f"{number:.{digits}f}"}
    return environment
