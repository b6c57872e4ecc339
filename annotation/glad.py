"""GLAD as crowd-kit has it, with its E-step on arrays.

crowd-kit normalises the posterior by calling a Python function for each task, which takes minutes for 20,000 tasks. The
same numbers come out of one table of tasks by labels. Import this module where it is used: crowd-kit is slow to load.
"""

from typing import cast

import numpy as np
import pandas as pd
from crowdkit.aggregation import GLAD
from scipy.special import softmax


class ArrayGLAD(GLAD):  # type: ignore[misc, unused-ignore]
    """GLAD (Whitehill et al. 2009) whose E-step costs milliseconds."""

    def _e_step(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return ``data`` (rows of task, worker, label, possible label ``variable``) with the posterior of each row."""
        strength = data["alpha"] * np.exp(data["beta"])
        wrong = -self._softplus(strength) - np.log(len(self.prior_labels_) - 1)
        data["posterior"] = np.where(data["delta"], -self._softplus(-strength), wrong)
        logs = data.pivot_table(index="task", columns="variable", values="posterior", aggfunc="sum")
        logs += np.log(cast("pd.Series[float]", self.priors_).reindex(logs.columns))
        posterior = pd.DataFrame(softmax(logs.to_numpy(), axis=1), index=logs.index, columns=logs.columns)
        self.probas_ = posterior
        indices = logs.index.get_indexer(pd.Index(data["task"])), logs.columns.get_indexer(pd.Index(data["variable"]))
        data["posterior"] = posterior.to_numpy()[indices]
        return data
