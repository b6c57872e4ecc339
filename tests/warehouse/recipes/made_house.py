"""A small project of two packages on disk, whose steps can be edited and whose recipes can be asked for."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from valuenet.warehouse.recipes.closure import Code, CodeParts

FILES = {
    "made_steps/__init__.py": "",
    "made_steps/counting.py": '''"""Counts words."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from made_shared import kernel
from made_shared.kernel import cut

if TYPE_CHECKING:
    from made_steps.typing_only import Frame

LEAST = 2


def count(text: Frame) -> int:
    """Return how many words are long enough."""
    from made_steps.lazy import stop_words

    words = [word for word in cut(text) if word not in stop_words() and word not in listed()]
    return int(np.sum([kernel.weight(word) for word in words if len(word) >= LEAST]))


def listed() -> list[str]:
    return files("made_steps").joinpath("data", "words.txt").read_text().split()


def unrelated() -> str:
    return json.dumps({"unrelated": 1})
''',
    "made_steps/lazy.py": 'def stop_words():\n    return {"the"}\n\n\ndef unused():\n    return 1\n',
    "made_steps/typing_only.py": "class Frame:\n    pass\n",
    "made_steps/page.py": "from importlib.resources import files\n\n\n"
    'def page():\n    return files("made_steps").joinpath("data", "page.css").read_text()\n',
    "made_steps/data/words.txt": "and\n",
    "made_steps/data/page.css": "p {}\n",
    "made_shared/__init__.py": "",
    "made_shared/kernel.py": "from made_shared.weights import WEIGHTS\n\n\n"
    "def cut(text):\n    return text.split()\n\n\n"
    "def weight(word):\n    return WEIGHTS.get(word, 1)\n",
    "made_shared/weights.py": 'WEIGHTS = {"love": 2}\nOTHERS = {"hate": 3}\n',
}


class House:
    """The project in a folder."""

    def __init__(self, folder: Path, monkeypatch: Any) -> None:
        self.folder = folder
        monkeypatch.syspath_prepend(folder)
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def parts(self, name: str = "count", module: str = "made_steps.counting") -> CodeParts:
        """Return what the code of a function consists of now."""
        return Code().parts([SimpleNamespace(__module__=module, __qualname__=name)])

    def decides(self, name: str = "count", module: str = "made_steps.counting") -> tuple[Any, ...]:
        """Return the part of it that decides."""
        return self.parts(name, module)[:4]
