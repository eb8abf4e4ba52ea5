"""The fields of all forms: drawn, read, and named by errors under these names."""

from __future__ import annotations

from enum import StrEnum


class FormField(StrEnum):
    """A field's name, which is its block's id in Slack. A job's own inputs have other ids."""

    ACTIONS = "actions"
    ADMINS = "admins"
    ASKED = "asked"
    ASKS = "asks"
    AUDITORS = "auditors"
    CHANNEL = "channel"
    DESCRIPTION = "description"
    FILTERS = "filters"
    FIND = "find"
    FIXED = "fixed"
    GRACE = "grace"
    GROUPS = "groups"
    HIDDEN = "hidden"
    INPUTS = "inputs"
    JOB = "job"
    MISSED = "missed"
    NAME = "name"
    NICKNAME = "nickname"
    ONE_JOB = "one_job"
    ONLY = "only"
    OVERLAP = "overlap"
    PEOPLE = "people"
    PRESET = "preset"
    PRESETS = "presets"
    PROJECT = "project"
    REPORTS_TO = "reports_to"
    ROLE = "role"
    STAND_IN = "stand_in"
    TIME_ZONE = "time_zone"
    TITLE = "title"
    UNTIL = "until"
    WHAT = "what"
    WHEN = "when"
    SHARED_WITH = "with"
