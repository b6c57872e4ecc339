"""Small crowds for tests: judgements written as votes."""

import pandas as pd

from valuenet.warehouse.crowd_tables import Judgements


def judgements_of(rows):
    """Judgements from (scenario_id, value, worker, label) rows, each in an assignment of its own."""
    fixed = {"survey_id": "q-1", "position": 1, "codebook_version": "1"}
    return Judgements.frame(
        [
            {"assignment_id": f"a-{k}", "scenario_id": s, "value": v, "worker": f"w-{w}", "label": label} | fixed
            for k, (s, v, w, label) in enumerate(rows)
        ]
    )


def votes(scenario, value, *labels):
    """Rows of one pair, judged by workers 1, 2, 3, ..."""
    return [(scenario, value, worker, label) for worker, label in enumerate(labels, 1)]


def able_and_careless(truth, seed, right=(0.9, 0.9, 0.9, 0.4)):
    """Answers of workers who are right this often, else say any of the three labels."""
    import numpy as np

    rng = np.random.default_rng(seed)
    labels = np.array(["no", "unrelated", "yes"])
    rows = [
        (task, f"w-{worker}", label if rng.random() < share else rng.choice(labels))
        for task, label in enumerate(truth)
        for worker, share in enumerate(right)
    ]
    return pd.DataFrame(rows, columns=["task", "worker", "label"])
