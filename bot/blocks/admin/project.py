"""One project: what it has, and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    CheckboxesElement,
    DateTimePickerElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    UserMultiSelectElement,
)

from bot.blocks.admin.desk import name_field, zone_field
from bot.blocks.admin.escalation import escalates, fields
from bot.blocks.admin.frame import form, go, page
from bot.blocks.ids import VALUE, Admin, AdminPage, View
from bot.blocks.parts import actions, bold, button, confirmation, context, divider, option, section
from bot.blocks.project_pause import resting
from bot.domain.form_field import FormField
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from slack_sdk.models.blocks import Block, ButtonElement

    from bot.blocks.admin.frame import Where
    from bot.domain.project import Channel
    from bot.domain.project_setup import KeptProject

NOWHERE = "nowhere"
LONGEST_REASON = 200
TELLS = "tells"
BY_FILE = ":page_facing_up: Managed by file: it is changed there and applied. Here it can only be looked at."


def project(where: Where, kept: KeptProject, *, is_admin: bool, notice: str = "") -> dict[str, Any]:
    """Return the first page of a project, with what the person may do there."""
    setup = kept.setup
    asked = ", ".join(f"<@{each}>" for each in sorted(setup.asked)) or "every manager"
    reports = f"<#{setup.reports_to}>" if setup.reports_to else "nowhere"
    changeable = kept.is_changeable
    blocks: list[Block | None] = [
        section(f"{bold(kept.name)}{' (archived)' if kept.is_archived else ''}"),
        context(
            f"Time zone {setup.tz}",
            f"Runs started in Airflow are reported in: {reports}",
            f"Requests for access go to: {asked}",
            escalates(setup.escalation),
        ),
        context(BY_FILE if kept.is_managed else ""),
        _resting(kept),
        *_parts(kept),
        _part("Alerts", "what each channel hears, and who is mentioned", AdminPage.ALERTS),
        _part("Audit", "who did what, and who was refused", AdminPage.AUDIT),
        actions(
            button(Admin.SETTINGS, "Settings…", "settings") if changeable else None,
            *_pausing(kept),
            _restore() if kept.is_archived and is_admin and not kept.is_managed else None,
        ),
        *((divider(), actions(_archive(kept))) if changeable and is_admin else ()),
    ]
    return page(kept.name, where, blocks, notice=notice)


def settings(
    where: Where, kept: KeptProject, channels: Sequence[Channel], pagers: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the form of a project's settings. `channels` are its own, where it may report.

    `pagers` are the names of PagerDuty's routing keys.
    """
    setup = kept.setup
    places = [option("Nowhere", NOWHERE), *(option(each.label, each.channel_id) for each in channels[:99])]
    chosen = next((each for each in places if each.value == setup.reports_to), places[0])
    tells = option("Say in one line in the channel who scheduled, paused, changed or deleted", TELLS)
    blocks = [
        name_field(kept.name),
        zone_field(setup.tz),
        InputBlock(
            block_id=FormField.REPORTS_TO,
            label=PlainTextObject(text="Report runs started in Airflow"),
            hint=PlainTextObject(
                text="Failures and recoveries. Runs started in Slack report where they were started."
            ),
            element=StaticSelectElement(action_id=VALUE, options=places, initial_option=chosen),
        ),
        InputBlock(
            block_id=FormField.ASKED,
            label=PlainTextObject(text="Who is asked for access"),
            hint=PlainTextObject(text="Left empty: every manager of the project."),
            optional=True,
            element=UserMultiSelectElement(action_id=VALUE, initial_users=sorted(setup.asked) or None),
        ),
        InputBlock(
            block_id=FormField.TELLS_CHANGES,
            label=PlainTextObject(text="Changes of schedules"),
            optional=True,
            element=CheckboxesElement(
                action_id=VALUE, options=[tells], initial_options=[tells] if setup.tells_changes else None
            ),
        ),
        *fields(setup.escalation, channels, pagers),
    ]
    return form("Project settings", where, View.ADMIN_SETTINGS, blocks)


def _parts(kept: KeptProject) -> Iterator[Block]:
    """Yield what a project needs: a list of steps until it has everything.

    A step that is to be done has the button that does it.
    """
    map_one = button(Admin.MAP, "Map a channel…", "map")
    add_some = button(Admin.ADD_PEOPLE, "Add people…", "add")
    share_one = button(Admin.SHARE, "Share a job…", "share")
    steps = (
        ("Channels", _channels(kept), AdminPage.CHANNELS, kept.setup.channels, map_one),
        ("People", _people(kept), AdminPage.PEOPLE, kept.setup.members, add_some),
        ("Jobs", _jobs(kept), AdminPage.JOBS, kept.setup.shares, share_one),
    )
    is_list = kept.is_changeable and not all(has for _, _, _, has, _ in steps)
    for number, (name, text, target, has, press) in enumerate(steps, start=1):
        if not is_list:
            yield _part(name, text, target)
        elif has:
            yield _part(f":white_check_mark: {number}. {name}", text, target, name)
        else:
            yield section(f"{strong(f':white_large_square: {number}. {name}')}\n{text}", accessory=press)


def _part(shown: str, text: str, target: AdminPage, name: str = "") -> Block:
    return section(
        f"{strong(shown)}\n{text}", accessory=go(target, "Open", label=f"Open {(name or shown).lower()}")
    )


def _channels(kept: KeptProject) -> str:
    mapped = " ".join(f"<#{each}>" for each in sorted(kept.setup.channels)[:10])
    return mapped or "none yet: in a project's channel people see its jobs, and its runs report there"


def _people(kept: KeptProject) -> str:
    if not kept.setup.members:
        return "nobody yet: nobody sees its jobs"
    groups = sum(each.is_group for each in kept.setup.members)
    people = _count(len(kept.setup.members) - groups, "person", "people")
    return people + (f" and {_count(groups, 'user group', 'user groups')}" if groups else "")


def _jobs(kept: KeptProject) -> str:
    if not kept.setup.shares:
        return "none shared yet: the project sees only what is shared with it"
    tags = len({each.name for each in kept.setup.shares if each.is_tag})
    jobs = len({each.name for each in kept.setup.shares if not each.is_tag})
    said = [_count(jobs, "job", "jobs")] if jobs else []
    return ", ".join([*said, *([_count(tags, "tag", "tags")] if tags else [])]) + " shared"


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def pause_form(where: Where, kept: KeptProject, initial: datetime) -> dict[str, Any]:
    """Return the form that asks until when the whole project rests, and why."""
    pause = kept.pause
    ends_at = initial if pause is None else pause.ends_at
    blocks = [
        section(
            f"None of the schedules of {bold(kept.name)} runs until then. Each keeps its own state, and "
            "goes on by itself. What is running goes on; its failures are told at the end of the pause."
        ),
        InputBlock(
            block_id=FormField.UNTIL,
            label=PlainTextObject(text="Until"),
            element=DateTimePickerElement(action_id=VALUE, initial_date_time=int(ends_at.timestamp())),
        ),
        InputBlock(
            block_id=FormField.REASON,
            label=PlainTextObject(text="Why"),
            hint=PlainTextObject(text="People see it wherever the next run would be shown."),
            optional=True,
            element=PlainTextInputElement(
                action_id=VALUE,
                max_length=LONGEST_REASON,
                placeholder=PlainTextObject(text="The warehouse is moved"),
                initial_value=pause.reason or None if pause is not None else None,
            ),
        ),
    ]
    return form("Pause the project", where, View.ADMIN_PAUSE, blocks, submit="Pause")


def _resting(kept: KeptProject) -> Block | None:
    return section(resting(kept.name, ZoneInfo(kept.setup.tz), kept.pause)) if kept.pause else None


def _pausing(kept: KeptProject) -> Iterator[ButtonElement]:
    """Return the buttons of a pause: also a project that a file owns can be paused here."""
    if not kept.may_change or kept.is_archived:
        return
    if kept.pause is None:
        yield button(Admin.PAUSE_PROJECT, "Pause all schedules…", "pause")
    else:
        yield button(Admin.RESUME_PROJECT, "Go on now", "resume")
        yield button(Admin.PAUSE_PROJECT, "Until another time…", "pause")


def _archive(kept: KeptProject) -> Any:
    text = (
        "Its schedules are suspended and their owners told. Its channels become free. "
        "Nothing is deleted: it can be taken out of the archive."
    )
    confirm = confirmation(f"Archive {kept.name}?", text, "Archive it", destroys=True)
    return button(Admin.ARCHIVE, "Archive…", str(kept.project_id), style="danger", confirm=confirm)


def _restore() -> Any:
    return button(Admin.RESTORE, "Take out of the archive", "restore", style="primary")
