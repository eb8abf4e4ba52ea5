"""`python -m playground`: the demo, which is what `make demo` starts."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from playground.demo import run_demo


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".data"), show_default=True)
@click.option("--port", default=8080, show_default=True, help="Of the page to open.")
def main(folder: Path, port: int) -> None:
    """Start a real Airflow, a Slack workspace to play in, and the bot, all on this machine."""
    sys.exit(run_demo(folder, port))


if __name__ == "__main__":
    main()
