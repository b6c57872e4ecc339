"""``valuenet fetch | keywords | explain``: the corpus and how scenarios are found in it."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.options import Config, WarehouseUri
from valuenet.flows.command.output import note, print_table

keywords = typer.Typer(help="Expand the keywords, and take back what a person decided on them.", no_args_is_help=True)
fetch = typer.Typer(help="Get a corpus.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    fetch.command("social-chem")(fetch_corpus)
    keywords.command("expand")(expand)
    keywords.command("accept")(accept)
    keywords.command("list")(list_keywords)
    app.add_typer(fetch, name="fetch")
    app.add_typer(keywords, name="keywords")
    app.command("explain")(explain)


@fetch.callback()
def _fetch_group() -> None:
    """Keep ``social-chem`` a command of its own though it is the only one."""


def fetch_corpus(
    source: Annotated[Path | None, typer.Option("--from", help="Official zip, or its TSV, already there.")] = None,
    target: Annotated[Path, typer.Option("--to", help="Where the TSV goes.")] = Path("data/social-chem-101.v1.0.tsv"),
    config: Config = None,
) -> None:
    """Fetch Social-Chem-101 (CC BY-SA 4.0): resumed after a break, checked, unpacked."""
    from valuenet.curation.fetch import fetch_social_chem, terminal_progress
    from valuenet.curation.social_chem_archive import take_local
    from valuenet.flows.settings.valuenet import load_settings

    if source is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        print(take_local(source, target))
        return
    with terminal_progress("social-chem-101.zip") as progress:
        print(fetch_social_chem(load_settings(config).curation.fetch, target, progress=progress))


def expand(
    out: Annotated[Path, typer.Option("--out", help="Review file to write.")] = Path("data/keywords-review.csv"),
    datamuse: Annotated[str | None, typer.Option(help="online, off, or a recording; overrides the settings.")] = None,
    vectors: Annotated[str | None, typer.Option(help="packaged, off, or a GloVe text file.")] = None,
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Propose keywords by Datamuse and GloVe in a file that a person answers; nothing is used before."""
    from valuenet.flows.keywords import propose_keywords
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, {"sources.datamuse": datamuse, "sources.vectors": vectors}, warehouse=warehouse)
    count = propose_keywords(settings, out)
    print(out)
    note(f"{count:,} words wait for yes or no in the column 'accept'; then run: valuenet keywords accept {out}")


def accept(
    file: Annotated[Path, typer.Argument(help="Review file with yes or no in the column 'accept'.")],
    by: Annotated[str, typer.Option("--by", help="Who decided; stored as a pseudonym.")],
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Take a review file back; the next build searches with what was accepted."""
    from datetime import UTC, datetime

    from valuenet.flows.keywords import accept_keywords
    from valuenet.flows.services.crowd import pseudonym_key
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.warehouse.hashing import pseudonym

    # The time of the file, not of this command: taking it back twice is the same decision.
    decided_at = datetime.fromtimestamp(file.stat().st_mtime, UTC) if file.exists() else datetime.now(UTC)
    person = pseudonym(by, pseudonym_key())
    review = accept_keywords(load_settings(config, warehouse=warehouse), file, decided_by=person, decided_at=decided_at)
    yes = int(review.decisions["accepted"].sum())
    print(f"{yes:,} accepted, {len(review.decisions) - yes:,} rejected, {review.undecided:,} left open")


def list_keywords(config: Config = None, warehouse: WarehouseUri = None) -> None:
    """Print the keywords that are used, with where each comes from."""
    from valuenet.curation.keywords import choose_keywords
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.warehouse.store import Warehouse
    from valuenet.warehouse.tables import KeywordDecisions

    settings = load_settings(config, warehouse=warehouse)
    used = choose_keywords(Warehouse(settings.warehouse).read_or_empty(KeywordDecisions), settings.curation.keywords)
    shown = used.astype("object").where(used.notna(), None)
    print_table(list(used.columns), shown.itertuples(index=False))


def explain(
    scenario_id: Annotated[str, typer.Argument(help="Id of a scenario (s-...).")],
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Say why a scenario was chosen: keyword, tier, field, form, and the words that matched."""
    from valuenet.curation.explain import explain_scenario
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.warehouse.store import Warehouse
    from valuenet.warehouse.tables import CandidateHits, Keywords, RulesOfThumb, Scenarios

    store = Warehouse(load_settings(config, warehouse=warehouse).warehouse)
    tables = (store.read(Scenarios), store.read(RulesOfThumb), store.read(CandidateHits), store.read(Keywords))
    print(explain_scenario(scenario_id, *tables), end="")
