"""The tables, room by room. `workspace_id` stands beside every Slack id, `deployment` beside every DAG id."""

from __future__ import annotations

from storage.tables.access import (
    access_requests,
    channels,
    job_settings,
    memberships,
    own_presets,
    projects,
    share_people,
    shares,
)
from storage.tables.airflow import job_tags, jobs, published_choices, runs, watermarks
from storage.tables.alerting import (
    alert_rules,
    conditions,
    incident_runs,
    incidents,
    late_groups,
    pages,
    storms,
)
from storage.tables.columns import SLACK_ID, Moment, metadata
from storage.tables.directory import absences, people, user_group_people, user_groups, workspace_roles
from storage.tables.files import files
from storage.tables.operation import audit, leases
from storage.tables.scheduling import choices, counters, drafts, firings, looks, schedules
from storage.tables.slack import cards, closed_places, handled, homes, notices

__all__ = [
    "SLACK_ID",
    "Moment",
    "absences",
    "access_requests",
    "alert_rules",
    "audit",
    "cards",
    "channels",
    "choices",
    "closed_places",
    "conditions",
    "counters",
    "drafts",
    "files",
    "firings",
    "handled",
    "homes",
    "incident_runs",
    "incidents",
    "job_settings",
    "job_tags",
    "jobs",
    "late_groups",
    "leases",
    "looks",
    "memberships",
    "metadata",
    "notices",
    "own_presets",
    "pages",
    "people",
    "projects",
    "published_choices",
    "runs",
    "schedules",
    "share_people",
    "shares",
    "storms",
    "user_group_people",
    "user_groups",
    "watermarks",
    "workspace_roles",
]
