"""``valuenet reddit ...``: a community's posts and comments, from dump files to what can be learned from them."""

import typer

from flows.command import reddit_building, reddit_fetching, reddit_releasing

reddit_app = typer.Typer(
    help="A Reddit community: read its dump files, build support threads, release, take down.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module, and the group that those of its siblings join (``reddit_*``)."""
    reddit_building.add_to(reddit_app)
    reddit_releasing.add_to(reddit_app)
    reddit_fetching.add_to(reddit_app)
    app.add_typer(reddit_app, name="reddit")
