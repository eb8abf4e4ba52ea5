"""Every action, block and callback id. A button carries one opaque id as its value and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
from enum import StrEnum


class Button(StrEnum):
    CONFIRM = "draft.confirm"
    ADD_ANOTHER = "draft.add_another"
    CHANGE = "draft.change"
    LET_MOVE = "draft.let_move"
    DISCARD = "draft.discard"
    RESUME_FIRST = "draft.resume_first"
    CHOOSE = "draft.choose"
    CHOSEN = "choice.chosen"
    CHANGE_THAT_ONE = "draft.change_that_one"
    OPEN_FORM = "form.open"
    OPEN_TYPED = "form.open_typed"
    OPEN_TO_RUN = "form.open_to_run"
    PICK_WHEN = "form.pick"
    WRITE_WHEN = "form.write"
    MORE_OF_WHEN = "form.more_of_when"
    MORE_OF_SCHEDULE = "form.more_of_schedule"
    MORE_INPUTS = "form.more_inputs"
    READ_INPUTS = "form.read_inputs"
    SAVE_PRESET = "preview.save_preset"
    PRESETS = "form.presets"
    DELETE_PRESET = "preset.delete"
    UNDO_PRESET = "preset.undo"
    HELP = "help.show"
    TRY = "command.try"
    """The button of a suggestion. Its value is the suggested command, read as if it had been typed."""
    PAUSE = "schedule.pause"
    PAUSE_TONIGHT = "schedule.pause_tonight"
    PAUSE_TOMORROW = "schedule.pause_tomorrow"
    PAUSE_MONDAY = "schedule.pause_monday"
    PAUSE_PICK = "schedule.pause_pick"
    RESUME = "schedule.resume"
    DELETE = "schedule.delete"
    DELETE_IN_FORM = "form.delete"
    UNDO_DELETE = "schedule.undo_delete"
    SKIP = "schedule.skip"
    MENU = "schedule.menu"
    """The menu of a schedule in a list. An option's value is another of these ids, and the schedule's id."""
    SOONER = "list.sooner"
    LATER = "list.later"
    HOME_SOONER = "home.sooner"
    HOME_LATER = "home.later"
    UNDO_SKIP = "schedule.undo_skip"
    EDIT = "schedule.edit"
    RUN_IT = "schedule.run"
    RUN_MISSED = "firing.run"
    """Its value is the id of the firing that was missed."""
    POLICIES = "schedule.policies"
    PAUSE_JOB = "job.pause"
    RESUME_JOB = "job.resume"
    RETRY = "run.retry"
    RETRY_HERE = "run.retry_here"
    STOP_HERE = "run.stop_here"
    """RETRY_HERE and STOP_HERE are in a question about runs, so that its message is not taken for a card."""
    SHOW_LOG = "run.log"
    STOP = "run.stop"
    CLAIM = "incident.claim"
    INCIDENT_RETRY = "incident.retry"
    INCIDENT_LOG = "incident.log"
    INCIDENT_STOP = "incident.stop"
    INCIDENT_MORE = "incident.more"
    """The incident's menu. Its option's value is what was chosen and the incident's id: `mute.1f…`."""
    RELEASE = "incident.release"
    ALERT_ADD = "alert.add"
    ALERT_EDIT = "alert.edit"
    ALERT_TEST = "alert.test"
    ALERT_MENU = "alert.menu"
    """The menu of an alert rule. Its option's value is what was chosen and the rule's reference."""
    ALERT_UNDO = "alert.undo"
    """Its value is the number of the entry of the audit that says what was removed."""
    WHY = "alert.why"
    """Its value is the reference of the rule by which the message came."""
    CLAIM_ALL = "storm.claim"
    STORM_WHY = "storm.why"
    RETRY_ALL = "storm.retry"
    RETRY_ALL_IN_PAUSE = "storm.retry_in_pause"
    OPEN_IN_AIRFLOW = "run.open"
    RUN_AGAIN = "run.again"
    RUN_MENU = "run.menu"
    RUN_CHOICE = "run.choice"
    OLDER_RUNS = "runs.older"
    NEWER_RUNS = "runs.newer"
    ASK_FOR_ACCESS = "access.ask"
    ASK_FOR_MORE = "access.more"
    ALLOW_VIEWER = "access.allow_viewer"
    ALLOW_RUNNER = "access.allow_runner"
    ALLOW_SOMEWHERE = "access.allow_somewhere"
    ALLOW_IN = "access.allow_in"
    DECLINE_ACCESS = "access.decline"
    EXPLAIN_ACCESS = "access.explain"
    TAKE_OVER = "schedule.take_over"
    TAKE_OVER_SUSPENDED = "schedule.take_over_suspended"
    ABOUT_JOB = "about.job"
    AWAY = "away.open"
    BACK = "away.back"


class More(StrEnum):
    """What the menu of an incident offers."""

    REMIND = "remind"
    MUTE = "mute"
    MUTE_UNTIL_TOMORROW = "tomorrow"
    MUTE_UNTIL_FIXED = "fixed"
    UNMUTE = "unmute"
    RELEASE = "release"
    """Offered by messages of earlier releases; now it is a button."""
    WHY = "why"


class OfRule(StrEnum):
    """What the menu of an alert rule offers."""

    EDIT = "edit"
    MUTE = "mute"
    UNMUTE = "unmute"
    REMOVE = "remove"


class Shortcut(StrEnum):
    """The shortcuts that Slack shows in its own menu."""

    OPEN_FORM = "job.open"
    RUN_ABOUT = "job.about"


class Admin(StrEnum):
    """Buttons and menus in the administration's modals. A row's button has the row's id as its block id."""

    OPEN = "admin.open"
    GO = "admin.go"
    """The page is appended: `admin.go.people`."""
    PROJECT = "admin.project"
    NEXT = "admin.next"
    PREVIOUS = "admin.previous"
    NEW_PROJECT = "admin.project.new"
    SETTINGS = "admin.project.settings"
    ARCHIVE = "admin.project.archive"
    RESTORE = "admin.project.restore"
    PAUSE_PROJECT = "admin.project.pause"
    RESUME_PROJECT = "admin.project.resume"
    ROLES = "admin.roles"
    HEARS = "admin.channel.hears"
    MAP = "admin.channel.map"
    UNMAP = "admin.channel.unmap"
    ADD_PEOPLE = "admin.people.add"
    FIND_PERSON = "admin.people.find"
    MEMBER = "admin.member"
    REMOVE = "admin.member.remove"
    SHARE = "admin.share.add"
    SHARED = "admin.share"
    UNSHARE = "admin.share.remove"
    UNDO = "admin.undo"
    JOB = "admin.job"
    JOB_INPUTS = "admin.job.inputs"
    INPUT = "admin.input"
    INPUT_CHOICE = "admin.input.choice"
    ZONES = "admin.zones"
    GROUPS = "admin.groups"
    TARGETS = "admin.targets"
    """Bolt tells type-aheads apart by their action ids alone."""
    SUGGESTED = "admin.suggested"
    AUDIT_WHO = "admin.audit.who"
    AUDIT_KIND = "admin.audit.kind"
    EXPORT = "admin.audit.export"


class AdminPage(StrEnum):
    DESK = "desk"
    PROJECT = "project"
    CHANNELS = "channels"
    PEOPLE = "people"
    JOBS = "jobs"
    INPUTS = "inputs"
    ALERTS = "alerts"
    SUGGESTIONS = "suggestions"
    AUDIT = "audit"


class View(StrEnum):
    FORM = "form"
    PREVIEW = "preview"
    PREVIEW_OF_ANOTHER = "preview.another"
    POLICIES = "policies"
    SAVE_PRESET = "preset"
    PRESETS = "presets"
    PAUSE = "pause"
    TOLD = "told"
    ADMIN_PAGE = "admin.page"
    ADMIN_NEW = "admin.new"
    ADMIN_SETTINGS = "admin.settings"
    ADMIN_PAUSE = "admin.pause"
    ADMIN_ROLES = "admin.roles"
    ADMIN_CHANNEL = "admin.channel"
    ADMIN_PEOPLE = "admin.people"
    ADMIN_SHARE = "admin.share"
    ADMIN_JOB = "admin.job"
    ADMIN_INPUT = "admin.input"
    AWAY = "away"
    ALERT = "alert"
    ABOUT = "about"
    ALLOW = "access.allow"
    DECLINE = "access.decline"
    EXPLAIN = "access.explain"


LONGEST_VALUE = 75
TYPED = "typed"
"""Begins an input's id, in place of `input`, if its text could not be read."""
MOVING = "moving"
"""Begins the id of an input's second field, for what moves with each run."""
VALUE = "value"
"""The action id of every field; the block id tells which it is."""
ABOUT = "alert.about"
"""The action id of the menu of what an alert rule is about."""
CHOICE = "choice"
"""The action id of a type-ahead, for choices that are too many to be sent with the form."""


def input_block(job_reference: str, name: str, preset: str = "", under: str = "") -> str:
    """Return the block's id, which differs by job, by preset, and by `under`, on which its choices depend.

    Otherwise Slack would keep what was typed for another input of the same name.
    """
    chosen = f"~{mark_of(preset)}" if preset else ""
    below = f"~u{mark_of(under)}" if under else ""
    return f"of.{job_reference}{chosen}{below}.{name}"


def is_under(block_id: str, under: str) -> bool:
    """Return whether the block's choices are those that go with this choice of another input."""
    return f"~u{mark_of(under)}." in block_id


def mark_of(text: str) -> str:
    """Return a few characters that differ for another text."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def option_value(value: object) -> str:
    """Return a choice as an option's value, or its fingerprint if it is too long. 1 is not "1"."""
    text = value if isinstance(value, str) and not _looks_like_json(value) else json.dumps(value)
    if 0 < len(text) <= LONGEST_VALUE:
        return text
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _looks_like_json(text: str) -> bool:
    """Return whether a text could be mistaken for a number, yes, no, none, or a text in quotes."""
    return not text.strip() or text in {"true", "false", "null"} or text[0] in '"-0123456789[{'


def part_of(block_id: str, job_reference: str) -> str | None:
    """Return the name behind `input_block`. None for another block, or another job's.

    Forms that were opened before an update hold how the reference begins.
    """
    job, part = job_and_part(block_id)
    return part if job and job_reference.startswith(job) else None


def job_and_part(block_id: str) -> tuple[str, str]:
    """Return the job's reference, or its beginning, and the name; both "" for a block of no job."""
    found = re.fullmatch(r"of\.(\w+)(?:~\w+){0,2}\.(.+)", block_id)
    return (found[1], found[2]) if found else ("", "")
