"""The list of runs: how each job's latest ended; then run by run when, whose, why, and what can be done."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import OverflowMenuElement, StaticSelectElement

from bot.blocks.ids import Button
from bot.blocks.of_run import MARKS, in_task, mark, origin, took
from bot.blocks.parts import (
    Either,
    actions,
    bold,
    button,
    cut,
    divider,
    escape,
    escape_but_people,
    message,
    option,
    past,
    section,
)
from bot.blocks.pictures import marked, number, table, words
from bot.domain.one_line import one_line
from bot.domain.run import RunState
from bot.domain.wall import start_of
from bot.language.say import say_date, say_moment
from bot.language.when.calendar.zones import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from slack_sdk.models.blocks import Block, ButtonElement

    from bot.domain.card import RunCard
    from bot.domain.history import History, RunFilter, RunRow, Strip
    from bot.domain.notice import Message

LONGEST_ERROR = 200
LONGEST_TITLE = 75
"""In a cell: ten runs must fit into one message."""
_NAMED = re.compile(r"<@\w+>")
_SAID = {
    RunState.WAITING: "is waiting to start",
    RunState.RUNNING: "is running",
    RunState.DONE: "is done",
    RunState.FAILED: "failed",
    RunState.STOPPED: "was stopped",
}
_KINDS = {
    RunState.WAITING: "waiting",
    RunState.RUNNING: "running",
    RunState.DONE: "successful",
    RunState.FAILED: "failed",
    RunState.STOPPED: "stopped",
}


def history(shown: History, tz: ZoneInfo) -> Message:
    """Draw one page. `tz` is the zone of whoever looks."""
    if not shown.rows:
        return message(_NAMED.sub("one person", _none(shown, tz)), actions(*_pages(shown)))
    which = _which(shown.wanted, tz)
    limited = f": {which}" if which else ""
    heading = f"*Runs*{escape_but_people(limited)}"
    strips = section(f"{heading}\n{chr(10).join(map(_strip, shown.strips))}")
    in_words = f"Runs{_NAMED.sub('one person', limited)}."
    lines = [in_words, *(_in_words(row.card, tz) for row in shown.rows)]
    in_rows = [block for row in shown.rows for block in (divider(), run_row(row))]
    in_a_table = [
        _table(shown.rows, f"{in_words.removesuffix('.')}, newest first", tz),
        actions(_choice(shown.rows, tz), *_pages(shown)),
    ]
    return message("\n".join(lines), strips, Either(in_a_table, [*in_rows, actions(*_pages(shown))]))


def _table(rows: Sequence[RunRow], caption: str, tz: ZoneInfo) -> dict[str, Any]:
    header = (f"When ({name_of(tz)})", "Result", "Job", "Why", "Whose", "In Airflow")
    return table(caption, header, [_cells(row.card, tz) for row in rows])


def _cells(shown: RunCard, tz: ZoneInfo) -> Sequence[dict[str, Any]]:
    began = _began(shown)
    return (
        words("") if began is None else number(int(began.timestamp()), _when(began, tz)),
        marked(f"{mark(shown.run)} {_state(shown).removeprefix('is ').removeprefix('was ')}"),
        words(cut(shown.job.title, LONGEST_TITLE)),
        words(_error(shown)),
        marked(origin(shown)),
        marked(f"<{shown.url}|Open>"),
    )


def _when(moment: datetime, tz: ZoneInfo) -> str:
    local = moment.astimezone(tz)
    return f"{say_date(local)}, {local:%H:%M}"


def _choice(rows: Sequence[RunRow], tz: ZoneInfo) -> StaticSelectElement | None:
    """Return one menu for all runs of a table, whose cells hold no buttons. None if nothing can be done."""
    options = [
        option(f"{does}: {_called(row.card, tz)}", f"{verb} {row.card.run.run_key}")
        for row in rows
        for does, verb in _can(row)
    ]
    if not options:
        return None
    return StaticSelectElement(action_id=Button.RUN_CHOICE, placeholder="Act on a run", options=options)


def _called(shown: RunCard, tz: ZoneInfo) -> str:
    began = _began(shown)
    return f"{_when(began, tz)} {shown.job.title}" if began else shown.job.title


def retried(shown: RunCard) -> Message:
    """Answer who pressed Retry in the list."""
    return message(f"{bold(shown.job.title)}: what failed of it runs again.")


def _strip(strip: Strip) -> str:
    """Return the marks of a job's last runs, and in words how many failed."""
    return f"{marks(strip.states)} {bold(strip.title)}: {how_many_failed(strip.states)}"


def marks(states: Sequence[RunState]) -> str:
    """Return a mark for each run."""
    return "".join(MARKS[state] for state in states)


def how_many_failed(states: Sequence[RunState]) -> str:
    """Return how many of a job's last runs failed, for those who do not see the marks."""
    failed = sum(state is RunState.FAILED for state in states)
    if len(states) == 1:
        return "failed" if failed else "no failure"
    return f"{failed or 'none'} of the last {len(states)} failed"


def run_row(row: RunRow) -> Block:
    """Return a run with its menu."""
    shown = row.card
    lines = [f"{mark(shown.run)} {bold(shown.job.title)} {_state(shown)}"]
    error = _error(shown)
    if error:
        lines.append(escape(error))
    began = _began(shown)
    when = [past(began)] if began else []
    lines.append(" · ".join([*when, origin(shown), f"<{shown.url}|Open in Airflow>"]))
    options = [option(does, verb) for does, verb in _can(row)]
    menu = OverflowMenuElement(action_id=Button.RUN_MENU, options=options) if options else None
    drawn = section("\n".join(lines), accessory=menu)
    drawn.block_id = f"row.{shown.run.run_key}"
    return drawn


def _state(shown: RunCard) -> str:
    run = shown.run
    if run.state is RunState.FAILED:
        return f"failed{in_task(shown, shared=False)}{took(shown)}"
    by = f" by <@{run.stopped_by}>" if run.state is RunState.STOPPED and run.stopped_by else ""
    return f"{_SAID[run.state]}{by}{took(shown) if run.state.is_over else ''}"


def _can(row: RunRow) -> Iterator[tuple[str, Button]]:
    """Yield what the person who looks may do with the run: the words, and the button that does it."""
    run = row.card.run
    if run.state is RunState.FAILED and row.may_run and run.retried_by is None:
        yield "Retry", Button.RETRY
    if run.state is RunState.FAILED:
        yield "Show log", Button.SHOW_LOG
    if run.state.is_over and row.may_run and row.card.firing is not None:
        yield "Run again", Button.RUN_AGAIN


def _error(shown: RunCard) -> str:
    failure = shown.run.failure
    return cut(one_line(failure.error), LONGEST_ERROR) if failure else ""


def _began(shown: RunCard) -> datetime | None:
    """Return the run's due moment, by which people call it; without one, when it began."""
    return shown.run.due_at or shown.run.started_at


def _in_words(shown: RunCard, tz: ZoneInfo) -> str:
    began, error = _began(shown), _error(shown)
    when = f", {say_moment(began, tz)}" if began else ""
    return f"{shown.job.title} {_SAID[shown.run.state]}{when}{f': {error}' if error else ''}"


def _pages(shown: History) -> Iterator[ButtonElement]:
    if shown.newer:
        yield button(Button.NEWER_RUNS, "← Newer", shown.newer, label="Newer runs")
    if shown.older:
        yield button(Button.OLDER_RUNS, "Older →", shown.older, label="Older runs")


def _which(wanted: RunFilter, tz: ZoneInfo) -> str:
    """Return what the list is limited to, as in "failed, since …"; "" if it is not."""
    person = f"of <@{wanted.person_id}>" if wanted.person_id else ""
    return ", ".join(
        part for part in (_titles(wanted), wanted.state or "", person, _span(wanted, tz)) if part
    )


def _none(shown: History, tz: ZoneInfo) -> str:
    """Return the sentence for a page without a run."""
    wanted = shown.wanted
    titles, span = _titles(wanted), _span(wanted, tz)
    state = "" if wanted.state is None else f"{_KINDS[wanted.state]} "
    limits = [f"of {titles}"] if titles else []
    limits += [f"by <@{wanted.person_id}>"] if wanted.person_id else []
    limits += [span] if span else []
    if not state and not limits and not shown.page:
        return "There are no runs yet of the jobs you can see here."
    more = "more " if shown.page else ""
    return " ".join([f"There are no {more}{state}runs", *limits]) + "."


def _titles(wanted: RunFilter) -> str:
    return ", ".join(dict.fromkeys(job.title for job in wanted.jobs))


def _span(wanted: RunFilter, tz: ZoneInfo) -> str:
    if wanted.begins is None:
        return ""
    if wanted.ends is None:
        return f"since {say_moment(wanted.begins, tz)}"
    day = wanted.begins.astimezone(tz).date()
    if (wanted.begins, wanted.ends) == (start_of(day, tz), start_of(day + timedelta(days=1), tz)):
        return f"on {say_date(day)}"
    return f"from {say_moment(wanted.begins, tz)} to {say_moment(wanted.ends, tz)}"
