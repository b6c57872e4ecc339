"""A survey page is held against Label Studio's own check before anybody is asked by it."""

from collections.abc import Mapping
from typing import Any

from valuenet.warehouse.errors import InputError


class LabelStudioMissingError(InputError):
    """The library of Label Studio is not installed."""


class PageRefusedError(InputError):
    """Label Studio would not show a page, or not with the surveys made for it."""


def check_page(page: str, task: Mapping[str, Any]) -> None:
    """Return if Label Studio's library accepts the labelling configuration ``page``, and ``task`` has all it shows.

    Raises:
        LabelStudioMissingError: if label-studio-sdk is not installed.
        PageRefusedError: saying what the library says, or which survey does not fit.
    """
    try:
        from label_studio_sdk.label_interface.interface import LabelInterface
    except ImportError:
        raise LabelStudioMissingError(
            "Label Studio needs the package label-studio-sdk; run pip install 'valuenet[label-studio]'"
        ) from None
    try:
        interface: Any = LabelInterface(page)
        interface.validate()
    except Exception as error:  # syntax, tags and names raise different classes, without a common one of the library
        raise PageRefusedError(f"Label Studio refuses the survey page ({error}); correct the codebook") from None
    if not interface.validate_task({"data": task["data"]}):  # the data alone: its check of annotations breaks off
        survey = task["data"].get("survey_id", "?")
        raise PageRefusedError(f"survey {survey!r} lacks a text its page shows; plan the surveys again")
