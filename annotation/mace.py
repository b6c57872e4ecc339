"""MACE as crowd-kit has it, with its E-step on arrays and in logarithms.

crowd-kit multiplies the probabilities of all votes on a task, which is 0 in floating point from some 1,500 votes on,
and reads the counts of strategies in another order of workers and labels than it keeps them in. Sums of logs do not
vanish, and counts are laid into arrays by code. Import this module where it is used: crowd-kit is slow to load.
"""

from typing import Any

import numpy as np
import pandas as pd
from crowdkit.aggregation import MACE
from numpy.typing import NDArray
from scipy.special import logsumexp

#: What crowd-kit adds to each marginal likelihood before it takes the logarithm.
_LEAST = 1e-8


class ArrayMACE(MACE):  # type: ignore[misc, unused-ignore]
    """MACE (Hovy et al. 2013) for tasks with any number of votes."""

    def _e_step(
        self,
        annotation: pd.DataFrame,  # noqa: ARG002
        task_names: Any,
        worker_names: Any,
        label_names: Any,
        tasks: NDArray[np.int64],
        workers: NDArray[np.int64],
        labels: NDArray[np.int64],
    ) -> tuple[float, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return the log likelihood, and as frames by code the posterior of each task and both expected counts.

        The posterior (tasks, labels) stands in place of crowd-kit's marginals, which are the same but for a factor per
        task.
        """
        count = len(label_names)
        guessing = self.spamming_[workers, 0] * self.thetas_[workers, labels]
        knowing = self.spamming_[workers, 1]
        chosen = labels[:, None] == np.arange(count)
        vote = guessing[:, None] + knowing[:, None] * chosen
        logs = np.zeros((len(task_names), count))
        np.add.at(logs, tasks, np.log(vote))
        logs -= np.log(count)
        total = logsumexp(logs, axis=1)
        posterior = np.exp(logs - total[:, None])
        of_vote = posterior[tasks]
        guessed = (of_vote / vote).sum(axis=1) * guessing
        known = of_vote[chosen] * knowing / (guessing + knowing)
        strategies = np.zeros((len(worker_names), count))
        np.add.at(strategies, (workers, labels), guessed)
        counts = np.stack([np.bincount(workers, w, len(worker_names)) for w in (guessed, known)], axis=1)
        return (
            float(np.logaddexp(total, np.log(_LEAST)).sum()),
            pd.DataFrame(posterior, index=task_names, columns=label_names),
            pd.DataFrame(strategies, index=worker_names, columns=label_names),
            pd.DataFrame(counts, index=worker_names),
        )
