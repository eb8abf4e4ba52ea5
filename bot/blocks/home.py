"""Home: what needs somebody, what they have scheduled, what comes and what ran, and what they look after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.views import View

from bot.blocks import access_request
from bot.blocks import help as help_blocks
from bot.blocks import home_care as care
from bot.blocks.commands import attempts
from bot.blocks.home_care import heading
from bot.blocks.ids import Button
from bot.blocks.listing import by_airflow, menu
from bot.blocks.of_run import in_task, origin, which_run
from bot.blocks.parts import actions, bold, button, context, cut, escape, past, section
from bot.blocks.runs import how_many_failed, marks, run_row
from bot.blocks.schedule import facts, row
from bot.blocks.week import days, pauses
from bot.domain.home import HOME_ROWS
from bot.domain.rights import Action, Role
from bot.language.when.calendar.zones import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

    from bot.domain.home import Failing, Home
    from bot.domain.listed import Page
    from bot.domain.notice import Message

    Drawn = Block | dict[str, Any] | None

LONGEST_ERROR = 200
MOST_PROJECTS = 10
_MAY = {Role.VIEWER: "may look", Role.RUNNER: "run and schedule", Role.MANAGER: "manage"}


def home(shown: Home) -> dict[str, Any]:
    """Return somebody's Home as a view."""
    if not shown.projects:
        return _view([*_of_nobody(shown), *care.upkeep(shown)])
    return _view(
        [
            _doors(shown),
            *_needs(shown),
            *_to_run(shown),
            *_mine(shown),
            *_week(shown),
            *_runs(shown),
            *_projects(shown),
            *care.weeks(shown),
            *care.upkeep(shown),
        ]
    )


def only(message: Message) -> dict[str, Any]:
    """Return a Home that says nothing but a message."""
    return _view(message.blocks or [section(message.text)])


def _view(blocks: Sequence[Drawn]) -> dict[str, Any]:
    found: dict[str, Any] = View(type="home", blocks=[each for each in blocks if each is not None]).to_dict()
    return found


def _doors(shown: Home) -> ActionsBlock | None:
    may_run = Action.SCHEDULE in shown.may or Action.RUN in shown.may
    return actions(
        button(Button.OPEN_FORM, "Schedule or run a job", "form", style="primary") if may_run else None,
        *attempts(("Jobs", "jobs"), ("Runs", "runs"), ("Everybody's schedules", "list all")),
        button(Button.HELP, "What can I do?", "help"),
    )


def _of_nobody(shown: Home) -> Iterator[Drawn]:
    """Yield what somebody reads who is in no project yet."""
    yield heading("Welcome to Runbell")
    yield section(
        "Runbell runs your team's jobs, such as reports and imports: once, or every weekday at 9. "
        "It tells you here and in Slack how they ended."
    )
    if shown.upkeep is not None:
        yield section(
            "You are an admin, and in no project yourself. In the administration you make projects and look "
            "after them; whoever runs or schedules a job needs a role in its project, you too."
        )
        yield actions(*attempts(("Open the administration", "admin"), style="primary"))
    else:
        yield from help_blocks.no_project().blocks


def _needs(shown: Home) -> Iterator[Drawn]:
    yield heading("Needs you")
    if not (shown.failing or shown.suspended or shown.waiting):
        yield section("Nothing needs you just now.")
        return
    for each in shown.failing:
        yield section(_failure(each, shown))
        yield actions(*_on_failure(each))
    if shown.failing_count > len(shown.failing):
        left = shown.failing_count - len(shown.failing)
        yield section(f"{left} more fail.", accessory=attempts(("Show what failed", "runs failed"))[0])
    for listed in shown.suspended:
        yield _named(f"home.needs.{listed.schedule.number}", section(row(listed), accessory=menu(listed)))
    for asked in shown.waiting:
        yield from access_request.asks(asked).blocks
    if shown.waiting_count > len(shown.waiting):
        yield context(f"{shown.waiting_count - len(shown.waiting)} more people wait for access.")


def _failure(failing: Failing, shown: Home) -> str:
    last, incident = failing.last, failing.incident
    which = which_run(last)
    times = f" {failing.count} times since {past(incident.began_at)}" if failing.count > 1 else ""
    named = f" ({which})" if which and failing.count == 1 else ""
    when = "" if failing.count > 1 else f", {past(incident.failed_at)}"
    lines = [f":x: {bold(last.job.title)} failed{times}{in_task(last, shared=False)}{named}{when}"]
    failure = last.run.failure
    if failure is not None and failure.error:
        lines.append(escape(cut(" ".join(failure.error.split()), LONGEST_ERROR)))
    claimed = ":raising_hand: You have claimed it" if incident.claimed_by == shown.person_id else ""
    lines.append(" · ".join(each for each in (origin(last), claimed) if each))
    return "\n".join(lines)


def _on_failure(failing: Failing) -> Iterator[ButtonElement]:
    incident, title = failing.incident, failing.last.job.title
    if failing.may_run and failing.last.run.retried_by is None:
        yield button(
            Button.INCIDENT_RETRY, "Retry", incident.incident_id, style="primary", label=f"Retry {title}"
        )
    yield button(Button.INCIDENT_LOG, "Show log", incident.incident_id, label=f"Show log: {title}")
    if failing.may_run and incident.claimed_by is None:
        yield button(Button.CLAIM, "Claim", incident.incident_id, label=f"Claim {title}: I look into it")


def _to_run(shown: Home) -> Iterator[Drawn]:
    """Yield a button for each of a few jobs, which opens its form as the person ran it last."""
    if shown.to_run:
        yield heading("Run a job now")
        yield actions(
            *(
                button(
                    f"{Button.OPEN_TO_RUN}.{place}",
                    f"{cut(title, 60)}…",
                    reference,
                    label=f"Run {title}…",
                )
                for place, (reference, title) in enumerate(shown.to_run)
            )
        )


def _mine(shown: Home) -> Iterator[Drawn]:
    yield heading("Your schedules")
    if not shown.mine.shown:
        yield section(*_what_toattempt(shown))
        return
    for each in shown.mine.shown:
        kept = each.schedule
        yield _named(f"home.mine.{kept.number}", section(row(each), accessory=menu(each)))
        states = shown.strips.get(kept.schedule_id, ())
        last, inputs, _, place = facts(each)
        strip = f"{marks(states)} {how_many_failed(states)}" if states else ""
        yield context(last, strip, inputs, place)
    yield _turning(shown.mine)


def _what_toattempt(shown: Home) -> tuple[str]:
    if shown.example:
        example = f"/schedule {escape(shown.example.lower())} every weekday at 9am"
        return (f"You have none yet. Press *Schedule or run a job*, or type `{example}` anywhere.",)
    if Action.RUN in shown.may:
        return ("You may run jobs here: press *Schedule or run a job*.",)
    return ("You may look at jobs and runs here. Press *Jobs* to see them, and to ask for more.",)


def _turning(page: Page) -> ActionsBlock | None:
    """Buttons to the page before and the one behind."""

    def turn(which: Button, text: str, to: int) -> ButtonElement:
        return button(which, text, str(to), label=f"{text}: schedules {to + 1} to {to + HOME_ROWS}")

    before, behind = page.first_shown, page.count - page.first_shown - len(page.shown)
    return actions(
        turn(Button.HOME_SOONER, "Sooner", max(0, before - HOME_ROWS)) if before else None,
        turn(Button.HOME_LATER, f"Later ({behind} more)", before + HOME_ROWS) if behind > 0 else None,
    )


def _week(shown: Home) -> Iterator[Drawn]:
    if not (shown.ahead.runs or shown.ahead.resting or shown.by_themselves):
        return
    yield heading("The week ahead")
    yield pauses(shown.ahead.resting)
    yield from (
        section(each) for each in days([(at.astimezone(shown.tz), each) for at, each in shown.ahead.runs])
    )
    times = f"Times are in {name_of(shown.tz)}." if shown.ahead.runs else ""
    more = "You have more schedules than these." if shown.ahead.is_more else ""
    yield context(times, more, by_airflow(shown.by_themselves) if shown.by_themselves else "")


def _runs(shown: Home) -> Iterator[Drawn]:
    if not shown.runs:
        return
    yield heading("Recent runs")
    yield from (run_row(each) for each in shown.runs)


def _projects(shown: Home) -> Iterator[Drawn]:
    yield heading("Your projects")
    lines = [
        f"{bold(project.name)}: you {'' if role is Role.VIEWER else 'may '}{_MAY[role]}"
        for project, role in shown.projects[:MOST_PROJECTS]
    ]
    left = len(shown.projects) - MOST_PROJECTS
    yield section("\n".join([*lines, *([f"and {left} more"] if left > 0 else [])]))


def _named(block_id: str, block: Block) -> Block:
    block.block_id = block_id
    return block
