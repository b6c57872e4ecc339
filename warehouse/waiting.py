"""How the threads of numerical libraries wait for one another: asleep, so that other work on the machine goes on.

OpenMP threads (those of torch, scikit-learn and what is built on them) spin by default while they wait. Where another
process has the core that the awaited thread needs, they spin for whole time slices. The packages of this project call
``wait_passively`` when they are imported, because OpenMP reads these variables once, when torch is loaded.
"""

import os
from collections.abc import MutableMapping

POLICY = "OMP_WAIT_POLICY"
#: Some microseconds of spinning before a thread sleeps. With none at all, training on idle cores takes a tenth longer.
_SHORT_SPIN = {"GOMP_SPINCOUNT": "3000", "KMP_BLOCKTIME": "1"}


def wait_passively(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set passive waiting in ``environment``, and so in every process started later; what is set already stays.

    Where the user has set a policy, nothing is changed: the other variables would override it. GOMP_SPINCOUNT is read
    by GNU's OpenMP (torch on Linux), KMP_BLOCKTIME (milliseconds) by LLVM's and Intel's.
    """
    if POLICY in environment:
        return
    environment[POLICY] = "passive"
    for name, value in _SHORT_SPIN.items():
        environment.setdefault(name, value)
