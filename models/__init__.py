"""Value models: trained on a release, measured honestly, asked for the utilities of texts.

``ValueModel`` and ``ValueDetector`` are imported when they are first asked for, so that nothing else loads torch.
"""

from typing import TYPE_CHECKING, Any

from valuenet.warehouse.waiting import wait_passively

if TYPE_CHECKING:
    from valuenet.models.detector.model import ValueDetector
    from valuenet.models.interpret.value_model import ValueModel

wait_passively()  # before torch is imported, here or by a library

__all__ = ["ValueDetector", "ValueModel"]

_PUBLIC = {
    "ValueDetector": "valuenet.models.detector.model",
    "ValueModel": "valuenet.models.interpret.value_model",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
