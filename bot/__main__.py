"""The command line."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event
from typing import TYPE_CHECKING, TextIO

import click

from bot.cli.read import read_command
from bot.cli.when import when_command

if TYPE_CHECKING:
    from bot.domain.clock import Clock


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="runbell")
def main() -> None:
    """Runbell: schedule, run and watch shared Airflow jobs from Slack."""


main.add_command(when_command)
main.add_command(read_command)


@main.command()
@click.pass_obj  # a clock, where another program starts this one by `main(["serve"], obj=clock)`
def serve(clock: Clock | None) -> None:
    """Run the bot. Settings come from the environment and .env; `check` says what is missing."""
    from bot.domain.errors import Fault
    from bot.log import set_up_logs
    from bot.settings import WrongSettings, make_folder_of, read_settings
    from bot.wiring import build, leave_out_of_collections

    try:
        settings = read_settings()
        set_up_logs(settings.log_level, json=settings.log_json)
        make_folder_of(settings.database_url)
        bot = build(settings, clock)
        leave_out_of_collections()
    except (WrongSettings, Fault, OSError) as error:
        raise click.ClickException(f"{error}\n`python -m bot check` says what to do.") from None
    stopping = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    bot.start()
    stopping.wait()
    if not bot.stop():
        os._exit(0)  # what still hangs in a call would keep the process alive for as long as that takes


@main.command()
def migrate() -> None:
    """Bring the database to what this version needs; `serve` does it too."""
    from bot.domain.errors import Fault
    from bot.settings import make_folder_of, read_database_url
    from bot.wiring import database_of

    url = read_database_url()
    make_folder_of(url)
    try:
        database_of(url).migrate()
    except Fault as error:
        raise click.ClickException(str(error)) from None
    click.echo("The database is up to date.")


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--by", default="file", help="Slack id of whoever applies it, for the audit.", show_default=True
)
@click.option("--to-slack", is_flag=True, help="Its projects are managed in Slack from then on.")
def apply(file: TextIO, yes: bool, by: str, to_slack: bool) -> None:
    """Bring projects, people, channels and shares to what FILE says; shows the plan and asks first."""
    from bot.domain.errors import Fault, UserError
    from bot.language.yaml_nodes import WrongFile
    from bot.rules.project_diff import say_changes
    from bot.settings import WrongSettings, make_folder_of, read_settings
    from bot.wiring import administration_of

    try:
        settings = read_settings()
        make_folder_of(settings.database_url)
        administration, slack, airflow = administration_of(settings)
        text = file.read()
        channels = administration.refresh(slack, airflow, text)
        planned = administration.plan(text, channels, by_file=not to_slack)
        if not planned.changes:
            click.echo("Nothing to change.")
            return
        click.echo(say_changes(planned.changes))
        if not yes:
            click.confirm("Make it so?", abort=True)
        suspended = administration.apply(planned, by=by)
    except WrongFile as error:
        lines = (f"{file.name}:{each.line}:{each.column}: {each.words}" for each in error.problems)
        raise click.ClickException("nothing was changed.\n" + "\n".join(lines)) from None
    except (WrongSettings, Fault, UserError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from None
    numbers = ", ".join(f"#{each.number}" for each in suspended)
    click.echo(f"Done.{f' Suspended, their owners lost the right: {numbers}.' if numbers else ''}")


@main.command()
@click.option("--all", "everything", is_flag=True, help="Also the projects that no file owns yet.")
def export(everything: bool) -> None:
    """Print the projects as the file that `apply` takes."""
    from bot.domain.errors import Fault
    from bot.settings import WrongSettings, make_folder_of, read_settings
    from bot.wiring import administration_of

    try:
        settings = read_settings()
        make_folder_of(settings.database_url)
        administration, _, _ = administration_of(settings)
        click.echo(administration.export(everything=everything), nl=False)
    except (WrongSettings, Fault, OSError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
def check() -> None:
    """Test settings, Slack, Airflow and the database, and say what to do about each."""
    from bot.cli.check import run_checks

    sys.exit(0 if run_checks(click.echo) else 1)


if __name__ == "__main__":
    main()
