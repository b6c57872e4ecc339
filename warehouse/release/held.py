"""Which texts a release can hold, and their split: said once for the flow that publishes and for ``verify``."""

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.crowd_tables import Labels, LabelsDropped, Pairs, SplitAssignments
from valuenet.warehouse.release.splits import SplitSettings, assign_splits


def split_labelled(
    pairs: DataFrame[Pairs], labels: DataFrame[Labels], dropped: DataFrame[LabelsDropped], settings: SplitSettings
) -> DataFrame[SplitAssignments]:
    """Return the split of every text that a release can hold: with a label, or with too weak agreement for one.

    Raises:
        SplitError: as for ``assign_splits``.
    """
    weak = dropped.loc[dropped["reason"] == "no-majority", Pairs.key()]
    held = pd.concat([labels[Pairs.key()], weak]).merge(pairs, on=Pairs.key())
    return assign_splits(held[["scenario_id", "text"]], settings, weights=labels)
