"""`python -m bot when`: explains a phrase about time in a terminal, or answers one line of JSON each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bot.cli.questions import answer_each, moment_of, zone_named
from bot.domain.clock import SystemClock
from bot.domain.errors import NotUnderstood
from bot.domain.when import is_finite, is_once, upcoming
from bot.language.say import say, say_moment
from bot.language.when import read

if TYPE_CHECKING:
    from datetime import datetime

    from bot.cli.questions import Question
    from bot.language.when import Reading

SHOWN = 5


@click.command("when")
@click.argument("phrase", required=False)
@click.option(
    "--tz", "zone", default="UTC", show_default=True, help="Your time zone, for example Europe/Berlin."
)
@click.option("--now", "now_text", help="The moment it is asked at, in ISO form; otherwise now.")
@click.option("--count", default=SHOWN, show_default=True, help="How many moments to show.")
@click.option("--jsonl", is_flag=True, help="Read one {text, now, tz} a line, answer one line each.")
def when_command(phrase: str | None, zone: str, now_text: str | None, count: int, *, jsonl: bool) -> None:
    """Explain what a phrase about time means, or why it is not understood."""
    if jsonl:
        answer_each(_answer, lambda why: {"error": f"not a question: {why}"})
        return
    if not phrase:
        raise click.UsageError('Say a phrase, for example: when "every weekday at 9am" --tz Europe/Berlin')
    tz = zone_named(zone)
    now = SystemClock().now().astimezone(tz) if now_text is None else moment_of(now_text, tz)
    try:
        reading = read(phrase, now=now, tz=tz)
    except NotUnderstood as error:
        _explain_refusal(error)
        raise click.exceptions.Exit(1) from None
    _explain(reading, now, count)


def _explain(reading: Reading, now: datetime, count: int) -> None:
    click.echo(f"{say(reading.when, now=now)}")
    if reading.note:
        click.echo(reading.note)
    for moment in upcoming(reading.when, now, count):
        click.echo(f"  {say_moment(moment, reading.when.tz)}")
    for warning in reading.warnings:
        click.echo(f"Note: {warning}")


def _explain_refusal(error: NotUnderstood) -> None:
    click.echo(error.message, err=True)
    if error.example:
        click.echo(f"This would work: {error.example}", err=True)


def _answer(asked: Question) -> dict[str, Any]:
    try:
        return as_json(read(asked.text, now=asked.now, tz=asked.tz), asked.now)
    except NotUnderstood as error:
        return {"error": error.message, "words": error.words, "example": error.example}


def as_json(reading: Reading, now: datetime) -> dict[str, Any]:
    """Give what a reading means in JSON's types, with its next moments."""
    return {
        "kind": "once" if is_once(reading.when) else "recurring",
        "next": [moment.isoformat() for moment in upcoming(reading.when, now, SHOWN)],
        "finite": is_finite(reading.when),
        "say": say(reading.when, now=now),
        "warnings": list(reading.warnings),
        "note": reading.note,
    }
