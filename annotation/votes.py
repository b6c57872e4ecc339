"""How many counted judgements say yes, no and unrelated of each pair."""

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.crowd_tables import Judgements
from valuenet.warehouse.vocabulary import LABELS

#: Name of the column that counts each label, in the order of ``LABELS``.
COUNT_COLUMNS = {label: f"{label}_count" for label in LABELS}


def count_votes(counted: DataFrame[Judgements]) -> pd.DataFrame:
    """Return one row per judged pair, sorted: scenario_id, value, no_count, unrelated_count, yes_count."""
    by_pair = pd.get_dummies(counted["label"].astype(pd.CategoricalDtype(list(LABELS))), dtype="int64")
    by_pair.columns = pd.Index(COUNT_COLUMNS[label] for label in LABELS)
    return by_pair.groupby([counted["scenario_id"], counted["value"]]).sum().reset_index()
