"""The command line."""

from __future__ import annotations

import click

from bot.when_cli import when_command


@click.group()
def main() -> None:
    """Runbell: schedule, run and watch shared Airflow jobs from Slack."""


main.add_command(when_command)

if __name__ == "__main__":
    main()
