"""What the team looks at in Prefect: counts per step, the agreement table, figures, the release."""

import base64
from collections.abc import Iterable

from prefect.artifacts import (
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from valuenet.annotation.campaign.status import CampaignStatus, status_notes, status_rows
from valuenet.curation.reddit.coverage.coverage import Coverage
from valuenet.curation.reddit.coverage.report import coverage_lines
from valuenet.flows.step import StepReport
from valuenet.warehouse.crowd_tables import Agreement
from valuenet.warehouse.store import Warehouse


def show_steps(flow: str, steps: Iterable[StepReport]) -> None:
    """Show the rows each step left, and which steps had nothing to do."""
    rows = [
        {"step": step.name, "table": table, "rows": rows, "state": "current" if step.current else "made"}
        for step in steps
        for table, rows in step.rows.items()
    ]
    create_table_artifact(rows, key=f"{flow}-counts", description=f"Rows after each step of {flow}")


def show_coverage(coverage: Coverage) -> None:
    """Show holes, months that lack something and anomalies of a community, as the command prints them."""
    text = "\n".join(coverage_lines(coverage))
    create_markdown_artifact(f"```\n{text}\n```", key="reddit-coverage", description="Holes and anomalies")


def show_agreement(store: Warehouse) -> None:
    """Show agreement per value with its intervals."""
    table = store.read(Agreement).drop(columns=["undefined"]).round(3)
    plain = table.astype("object").where(table.notna(), None)
    columns = {str(name): list(plain[name]) for name in plain.columns}
    create_table_artifact(columns, key="agreement", description="Agreement of the counted judgements")


def show_status(status: CampaignStatus) -> None:
    """Show how the campaign stands, value by value, and what the table cannot say."""
    columns, rows = status_rows(status)
    table = [dict(zip(columns, row, strict=True)) for row in rows]
    create_table_artifact(table, key="campaign-status", description=" ".join(status_notes(status)))


def show_release(uri: str, created: bool, figures: Iterable[tuple[str, bytes]]) -> None:
    """Show where the release lies, and its figures."""
    link = uri if "://" in uri else f"file://{uri}"
    create_link_artifact(link, key="release", link_text=uri, description="Published" if created else "Already there")
    for name, png in figures:
        image = "data:image/png;base64," + base64.b64encode(png).decode()
        create_image_artifact(image, key=f"figure-{name.lower().replace('_', '-')}", description=name)


def show_model(path: str, table: str) -> None:
    """Show the scores of a trained model."""
    create_markdown_artifact(
        f"Model in `{path}`\n\n{table}", key="value-model", description="Scores of the value model"
    )
