"""Texts that tell of self-harm, of abuse, or of sexual harm to minors; kept out of what a model learns to say."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SELF_HARM = re.compile(r"\bsuicid(?:e|al)\b", re.IGNORECASE)


def crisis_kinds(texts: Sequence[str]) -> NDArray[np.object_]:
    """Return the kind of crisis each text tells of (`self-harm`, `abuse`, `minor`), as (n,); None for none."""
    kinds = np.full(len(texts), None, dtype=object)
    kinds[[bool(_SELF_HARM.search(text)) for text in texts]] = "self-harm"
    return kinds
