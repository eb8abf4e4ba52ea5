"""A list of schedules: a row and one menu for each, in pages, redrawn in place after each press."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from slack_sdk.models.blocks import OverflowMenuElement

from bot.blocks.ids import Button
from bot.blocks.in_airflow import own_schedule
from bot.blocks.parts import (
    actions,
    bold,
    button,
    context,
    divider,
    escape_but_people,
    message,
    option,
    section,
)
from bot.blocks.schedule import facts, row
from bot.domain.job import Trouble
from bot.domain.schedule import ScheduleState
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, Option

    from bot.domain.job import Job
    from bot.domain.listed import Listed, Page
    from bot.domain.notice import Message

ON_A_PAGE = 10
MOST_TURNED = 100_000
MOST_NAMED = 10
LONGEST_ID = 255
_NAMED = re.compile(r"<@\w+>")
_OF_LIST = re.compile(r"list\.(?P<first_shown>\d{1,6})\.\w*\.(?P<words>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The place of a page in a list: how many schedules come before it, and the words that limit the list."""

    first_shown: int
    words: str

    def block_id(self, part: str) -> str:
        """Return the id of a block; "" for words too long to be kept: then the list is not redrawn."""
        found = f"list.{self.first_shown}.{part}.{self.words}"
        return found if len(found) <= LONGEST_ID else ""


def read_place(block_id: str) -> ListPlace | None:
    """Return which list a block belongs to, with its words to be read again; None if to no list."""
    found = _OF_LIST.fullmatch(block_id)
    return ListPlace(int(found["first_shown"]), found["words"]) if found else None


def schedules(
    page: Page, *, everyones: bool, which: str = "", words: str = "", may_schedule: bool = True
) -> Message:
    """Return a page of schedules as a message.

    `which` names the limit in words ("paused"), `words` is the limit as it was typed.
    """
    place = ListPlace(page.first_shown, words)
    by_itself = list(_by_themselves(page.also))
    if not page.shown:
        nothing = (
            f"No schedules here: {which}."
            if which
            else _nothing(everyones=everyones, may_schedule=may_schedule)
        )
        return message(in_words(nothing), section(escape_but_people(nothing)), *by_itself)
    counted = f"{'More than ' if page.is_more else ''}{page.count} schedule{'s' if page.count > 1 else ''}"
    limited = f": {which}" if which else ""
    blocks: list[Block | None] = [section(f"{strong(counted)}{escape_but_people(limited)}")]
    for each in page.shown:
        blocks += [divider(), _row(each, place), context(*facts(each))]
    blocks += [_turning(page, place), *by_itself]
    return message(f"{counted}{in_words(limited)}.", *blocks)


def in_words(text: str) -> str:
    """Return what a list is limited to as a notification shows it, which mentions nobody."""
    return _NAMED.sub("one person", text)


def after(done: Message, shown: Message, place: ListPlace) -> Message:
    """Put what a press has done, with its way back, above the list as it is now."""
    parts = count()
    told = [
        {**each, "block_id": place.block_id(f"done{next(parts)}")} if each["type"] == "actions" else each
        for each in done.blocks
    ]
    return shown.below([*told, divider().to_dict()], done.text)


def _nothing(*, everyones: bool, may_schedule: bool) -> str:
    whose = "Nobody has any" if everyones else "You have no"
    if not may_schedule:
        return f"{whose} schedules here yet. You may look at jobs here: `/schedule jobs` shows them."
    return (
        f"{whose} schedules here yet. Try `/schedule sales report every weekday at 9am`, or `/schedule` "
        "alone for the form."
    )


def _row(listed: Listed, place: ListPlace) -> Block:
    shown = section(row(listed), accessory=menu(listed))
    shown.block_id = place.block_id(str(listed.schedule.number)) or None
    return shown


def menu(listed: Listed) -> OverflowMenuElement | None:
    """Return the menu of a schedule's row; None for a person who may do nothing with it."""
    options = list(_options(listed))
    return OverflowMenuElement(action_id=Button.MENU, options=options) if options else None


def _options(listed: Listed) -> Iterator[Option]:
    """Yield at most five, as Slack has it.

    A manager runs a colleague's from its card; one that is not paused is deleted in the form that changes it.
    """
    kept = listed.schedule
    may_pause = listed.may_change and kept.state is ScheduleState.ACTIVE

    def each(which: Button, text: str) -> Option:
        return option(text, f"{which}:{kept.schedule_id}")

    if may_pause:
        yield each(Button.PAUSE, "Pause")
        yield each(Button.PAUSE_MONDAY, "Pause until Monday")
        yield each(Button.SKIP, "Skip next")
    if listed.may_change and kept.state in {ScheduleState.PAUSED, ScheduleState.SUSPENDED}:
        yield each(Button.RESUME, "Resume")
    if listed.may_run and not listed.job.is_gone and not (listed.may_delete and listed.may_take_over):
        yield each(Button.RUN_IT, "Run now")
    if listed.may_take_over:
        yield each(Button.TAKE_OVER, "Take over")
    if listed.may_delete:
        if may_pause and not listed.job.is_gone:
            yield each(Button.EDIT, "Edit or delete")
            return
        if not listed.job.is_gone:
            yield each(Button.EDIT, "Edit")
        yield each(Button.DELETE, "Delete")


def _turning(page: Page, place: ListPlace) -> ActionsBlock | None:
    """Buttons to the page before and the one behind."""

    def turn(which: Button, text: str, to: int) -> ButtonElement:
        return button(which, text, str(to), label=f"{text}: schedules {to + 1} to {to + ON_A_PAGE}")

    first_shown, behind = page.first_shown, page.count - page.first_shown - len(page.shown)
    shown = actions(
        turn(Button.SOONER, "Sooner", max(0, first_shown - ON_A_PAGE)) if first_shown else None,
        turn(Button.LATER, f"Later ({behind} more)", first_shown + ON_A_PAGE) if behind > 0 else None,
    )
    if shown is not None:
        shown.block_id = place.block_id("turn") or None
    return shown


def _by_themselves(also: Sequence[Job]) -> Iterator[Block | None]:
    if also:
        yield context(by_airflow(also))


def by_airflow(also: Sequence[Job]) -> str:
    """Return a sentence that names jobs which Airflow runs by itself."""
    named = [f"{bold(each.title)}, {_when(each)}" for each in also[:MOST_NAMED]]
    left = "; and more" if len(also) > MOST_NAMED else ""
    return f"Also, by their own schedules in Airflow: {'; '.join(named)}{left}."


def _when(job: Job) -> str:
    own = own_schedule(job)
    return f"{own[:1].lower()}{own[1:]}{' (paused)' if job.trouble is Trouble.PAUSED else ''}"
