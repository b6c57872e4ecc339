"""ValueEval'23 to a detector, and a value model held against its labels."""

from pathlib import Path

import pandas as pd

from valuenet.flows.services.crowd import ExtraMissingError
from valuenet.models.benchmark.value_eval import CheckSettings
from valuenet.models.detector.record import DetectorRecord
from valuenet.models.detector.settings import DetectorSettings
from valuenet.warehouse.whole_files import whole_file, write_whole

#: Files of a check, in the folder that is asked for.
CHECK_TABLE, CHECK_PAGE, CHECK_FIGURE = "value-eval.parquet", "value-eval.md", "value-eval.png"


def train_on_value_eval(folder: Path, settings: DetectorSettings, out: Path) -> DetectorRecord:
    """Train a detector on the training part in ``folder``, measure it on the validation part, and return its record.

    The test part is not opened.

    Raises:
        ValueEvalError: if the folder does not hold the parts.
        ExtraMissingError: if torch and transformers are not installed.
    """
    try:
        from valuenet.models.detector.training import train_detector
    except ImportError:
        raise ExtraMissingError("training needs torch and transformers: `pip install 'valuenet[models]'`") from None
    from valuenet.curation.datasets.value_eval import read_arguments

    train, validation = (read_arguments(folder, part) for part in ("training", "validation"))
    return train_detector(train, validation, settings, out=out).record


def check_value_model(model: Path, folder: Path, part: str, settings: CheckSettings, out: Path) -> pd.DataFrame:
    """Hold the utilities of the premises of a part against its labels; write table, page and figure, return the table.

    Raises:
        ValueEvalError: if the folder does not hold the part.
        NotAValueModelError: if ``model`` is no value model.
    """
    from valuenet.curation.datasets.value_eval import read_arguments
    from valuenet.models.benchmark.value_eval import check_against_value_eval
    from valuenet.models.benchmark.value_eval_report import draw_check, render_check
    from valuenet.models.values.loading import load_value_model

    judge = load_value_model(model)
    rows = read_arguments(folder, part).rows
    table = check_against_value_eval(judge.predict(rows["premise"].tolist()), rows, settings)
    out.mkdir(parents=True, exist_ok=True)
    with whole_file(out / CHECK_TABLE) as draft:
        table.to_parquet(draft, index=False)
    write_whole(out / CHECK_PAGE, render_check(table, part))
    draw_check(table, out / CHECK_FIGURE)
    return table
