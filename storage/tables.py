"""The tables. `workspace_id` stands beside every Slack id, `deployment` beside every DAG id."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite gives it back naive, so the zone is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return the moment in UTC, as it is written."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return the moment in UTC, aware on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


SLACK_ID = String(32)
DAG_ID = String(250)
NAME = String(200)
RANDOM_ID = String(32)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# People, as Slack told us. -------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_deactivated", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_outsider", Boolean, nullable=False),
    Column("is_admin", Boolean, nullable=False, server_default=text("false")),
    Column("email", String(254), nullable=False, server_default=""),
    Column("confirmed_at", Moment, nullable=False),
)

user_groups = Table(
    "user_groups",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("group_id", SLACK_ID, primary_key=True),
    Column("handle", NAME, nullable=False),
    Column("name", NAME, nullable=False),
    Column("confirmed_at", Moment, nullable=False),
)

user_group_people = Table(
    "user_group_people",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("group_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    ForeignKeyConstraint(
        ["workspace_id", "group_id"], ["user_groups.workspace_id", "user_groups.group_id"], ondelete="CASCADE"
    ),
    Index("ix_user_group_people_person", "workspace_id", "person_id"),
)

workspace_roles = Table(
    "workspace_roles",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("role", String(16), primary_key=True),
    CheckConstraint("role IN ('admin', 'auditor')", name="role"),
)

absences = Table(
    "absences",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("stand_in_id", SLACK_ID, nullable=False),
)

# Projects, and who may do what in them. ------------------------------------------------------------

projects = Table(
    "projects",
    metadata,
    Column("project_id", Integer, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("name", NAME, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("reports_to", SLACK_ID),
    Column("created_at", Moment, nullable=False),
    Column("archived_at", Moment),
    Column("managed_by_file", Boolean, nullable=False, server_default=text("false")),
    Column("asked", JSON, nullable=False, server_default="[]"),  # people's ids; none: every manager
    Column("tells_changes", Boolean, nullable=False, server_default=text("true")),
    Column("escalation", JSON(none_as_null=True)),  # what happens to failures that nobody claims
    Column("paused_from", Moment),
    Column("paused_until", Moment),
    Column("paused_by", SLACK_ID),
    Column("paused_because", NAME),
    UniqueConstraint("workspace_id", "name"),
)

channels = Table(
    "channels",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("channel_id", SLACK_ID, primary_key=True),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False, index=True),
    Column("name", NAME, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("is_archived", Boolean, nullable=False, server_default=text("false")),
    Column("mapped_at", Moment, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("membership_id", Integer, primary_key=True),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID),
    Column("group_id", SLACK_ID),
    Column("role", String(16), nullable=False),
    CheckConstraint("(person_id IS NULL) <> (group_id IS NULL)", name="one_of_person_and_group"),
    CheckConstraint("role IN ('viewer', 'runner', 'manager')", name="role"),
    UniqueConstraint("project_id", "workspace_id", "person_id"),
    UniqueConstraint("project_id", "workspace_id", "group_id"),
    Index("ix_memberships_person", "workspace_id", "person_id"),
    Index("ix_memberships_group", "workspace_id", "group_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("title", NAME, nullable=False),
    Column("description", Text, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("owners", JSON, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("airflow_schedule", Text),
    Column("max_active_runs", Integer),
    Column("has_import_errors", Boolean, nullable=False),
    Column("import_error", Text, nullable=False, server_default=""),
    Column("forbids_manual_runs", Boolean, nullable=False, server_default=text("false")),
    Column("is_read_only", Boolean, nullable=False, server_default=text("false")),
    Column("seen_at", Moment, nullable=False),
    Column("gone_at", Moment),
    Column("trouble_since", Moment),  # paused, broken or gone
    Column("next_run_at", Moment),  # by its own schedule in Airflow
)

job_tags = Table(
    "job_tags",
    metadata,
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("tag", NAME, primary_key=True),
    ForeignKeyConstraint(["deployment", "dag_id"], ["jobs.deployment", "jobs.dag_id"], ondelete="CASCADE"),
    Index("ix_job_tags_tag", "deployment", "tag"),
)

shares = Table(
    "shares",
    metadata,
    Column("share_id", Integer, primary_key=True),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID),
    Column("tag", NAME),
    Column("actions", JSON, nullable=False),
    Column("for_everyone", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("(dag_id IS NULL) <> (tag IS NULL)", name="one_of_dag_and_tag"),
    Index("ix_shares_dag", "project_id", "deployment", "dag_id"),
    Index("ix_shares_tag", "project_id", "deployment", "tag"),
    Index("ix_shares_of_dag", "deployment", "dag_id"),  # for those who read every project
    Index("ix_shares_of_tag", "deployment", "tag"),
)

share_people = Table(
    "share_people",
    metadata,
    Column("share_person_id", Integer, primary_key=True),
    Column("share_id", ForeignKey("shares.share_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID),
    Column("group_id", SLACK_ID),
    CheckConstraint("(person_id IS NULL) <> (group_id IS NULL)", name="one_of_person_and_group"),
)

# How a project shows and limits a job; nothing here gives a right.
job_settings = Table(
    "job_settings",
    metadata,
    Column("project_id", ForeignKey("projects.project_id"), primary_key=True),
    Column("deployment", String(64), primary_key=True),
    Column("dag_id", DAG_ID, primary_key=True),
    Column("title", NAME, nullable=False),
    Column("description", Text, nullable=False),
    Column("presets", JSON, nullable=False),
    Column("hidden", JSON, nullable=False),
    Column("fixed", JSON, nullable=False),
    Column("asks_first", Boolean, nullable=False),
    Column("runbook", Text, nullable=False, server_default=""),
)

access_requests = Table(
    "access_requests",
    metadata,
    Column("request_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("project_id", ForeignKey("projects.project_id")),
    Column("deployment", String(64)),
    Column("dag_id", DAG_ID),
    Column("asked_at", Moment, nullable=False),
    Column("settled_by", SLACK_ID),
    Column("settled_at", Moment),
    Column("allowed", String(16)),
)

# What people asked for. ----------------------------------------------------------------------------

drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("when", JSON(none_as_null=True)),
    Column("reports_to", SLACK_ID, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("outcome", String(16)),
    Column("became", RANDOM_ID),
    Column("changes", RANDOM_ID),  # the schedule that is to become this; null for a new one
    Column("typed", JSON(none_as_null=True)),  # what waits for a form to be filled in; null for a preview
    CheckConstraint("outcome IN ('confirmed', 'discarded')", name="outcome"),
)

choices = Table(
    "choices",
    metadata,
    Column("choice_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("state", String(16), nullable=False),  # what pressing it makes of the schedules
    Column("schedule_ids", JSON, nullable=False),
    Column("until", Moment),
    Column("expires_at", Moment, nullable=False, index=True),
    CheckConstraint("state IN ('active', 'paused')", name="state"),
)

looks = Table(
    "looks",
    metadata,
    Column("look_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("wanted", JSON, nullable=False),  # which runs
    Column("page", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

counters = Table(
    "counters",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("schedule_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("nickname", NAME, nullable=False, server_default=""),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False, index=True),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("when", JSON, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("owner_id", SLACK_ID, nullable=False),
    Column("reports_to", SLACK_ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("missed", String(16), nullable=False),
    Column("overlap", String(16), nullable=False),
    Column("grace_seconds", Integer),
    Column("most_failures", Integer),  # in a row, after which it waits for its owner; null: it goes on
    Column("counted_from", Moment),  # failures of runs that were due before are not counted
    Column("next_due_at", Moment),
    Column("resumes_at", Moment),
    Column("paused_by", SLACK_ID, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    UniqueConstraint("workspace_id", "number"),
    Index("ix_schedules_owner", "workspace_id", "owner_id"),
    Index("ix_schedules_job", "deployment", "dag_id"),
    Index(
        "ix_schedules_nickname",
        "nickname",
        sqlite_where=text("nickname <> ''"),
        postgresql_where=text("nickname <> ''"),
    ),
    Index(
        "ix_schedules_due",
        "next_due_at",
        sqlite_where=text("state = 'active' AND deleted_at IS NULL"),
        postgresql_where=text("state = 'active' AND deleted_at IS NULL"),
    ),
    Index(
        "ix_schedules_suspended",
        "workspace_id",
        sqlite_where=text("state = 'suspended' AND deleted_at IS NULL"),
        postgresql_where=text("state = 'suspended' AND deleted_at IS NULL"),
    ),
    Index(
        "ix_schedules_resumes",
        "resumes_at",
        sqlite_where=text("resumes_at IS NOT NULL"),
        postgresql_where=text("resumes_at IS NOT NULL"),
    ),
)

firings = Table(
    "firings",
    metadata,
    Column("firing_id", RANDOM_ID, primary_key=True),
    Column("schedule_id", ForeignKey("schedules.schedule_id")),
    Column("request_id", RANDOM_ID, unique=True),
    Column("due_at", Moment, nullable=False),
    Column("interval_start", Moment),  # of a repetition: the due moment before it
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("reports_to", SLACK_ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("act_at", Moment),  # when the dispatcher looks at it next; null once it is over
    Column("leased_until", Moment),
    Column("in_doubt", Boolean, nullable=False, server_default=text("false")),
    Column("ends_as", String(16)),
    Column("created_at", Moment, nullable=False),
    # The last word on "never twice": one uncancelled firing for each due moment of a schedule.
    Index(
        "uq_firings_schedule_due",
        "schedule_id",
        "due_at",
        unique=True,
        sqlite_where=text("state <> 'cancelled'"),
        postgresql_where=text("state <> 'cancelled'"),
    ),
    Index("ix_firings_created", "created_at"),
    Index("ix_firings_project", "project_id", "due_at"),
    Index("ix_firings_person", "workspace_id", "person_id"),
    Index(
        "ix_firings_act",
        "act_at",
        sqlite_where=text("act_at IS NOT NULL"),
        postgresql_where=text("act_at IS NOT NULL"),
    ),
)

# What Airflow did. ---------------------------------------------------------------------------------

runs = Table(
    "runs",
    metadata,
    Column("id", RANDOM_ID, primary_key=True),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("run_id", DAG_ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("firing_id", ForeignKey("firings.firing_id"), index=True),
    Column("due_at", Moment),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("tasks_done", Integer, nullable=False, server_default="0"),
    Column("tasks_total", Integer, nullable=False, server_default="0"),
    Column("waits_for", Text, nullable=False, server_default=""),
    Column("waits_until", Moment),
    Column("remark", Text, nullable=False, server_default=""),
    Column("started_by", Text, nullable=False, server_default=""),
    Column("failure", JSON(none_as_null=True)),
    Column("result", JSON(none_as_null=True)),
    Column("workspace_id", SLACK_ID),  # of the people in the next two columns
    Column("stopped_by", SLACK_ID),
    Column("retried_by", SLACK_ID),
    Column("retry_at", Moment),  # when the dispatcher is to run its failed tasks again; null when it need not
    Column("seen_at", Moment, nullable=False),
    Column("fingerprint", RANDOM_ID),  # of its last failure, which stays when a retry mends it
    Column("failed_at", Moment),
    Column("version", JSON(none_as_null=True)),  # of its job's code
    UniqueConstraint("deployment", "dag_id", "run_id"),
    Index(
        "ix_runs_fingerprint",
        "deployment",
        "dag_id",
        "fingerprint",
        "failed_at",
        sqlite_where=text("fingerprint IS NOT NULL"),
        postgresql_where=text("fingerprint IS NOT NULL"),
    ),
    Index(
        "ix_runs_retry",
        "retry_at",
        sqlite_where=text("retry_at IS NOT NULL"),
        postgresql_where=text("retry_at IS NOT NULL"),
    ),
    Index("ix_runs_latest", "deployment", "dag_id", "ended_at"),
    Index("ix_runs_ended", "ended_at"),
    Index("ix_runs_started", text("coalesce(started_at, due_at, seen_at) DESC"), "id"),
    Index("ix_runs_state", "state", text("coalesce(started_at, due_at, seen_at) DESC"), "id"),
    Index("ix_runs_job", "deployment", "dag_id", text("coalesce(started_at, due_at, seen_at) DESC"), "id"),
    Index(
        "ix_runs_open",
        "due_at",
        sqlite_where=text("state IN ('waiting', 'running')"),
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("deployment", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
)

# What Slack must be told, and what it has been. ----------------------------------------------------

notices = Table(
    "notices",
    metadata,
    Column("notice_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", RANDOM_ID, nullable=False),
    Column("message", JSON(none_as_null=True)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("plain", Boolean, nullable=False, server_default=text("false")),
    Column("send_at", Moment),  # null once it is sent or given up
    Column("wanted_at", Moment),  # when it was first to be sent; null for what 0.1.0 has sent
    Column("under", RANDOM_ID, index=True),  # the subject of the sum that it is posted below
    Column("leased_until", Moment),
    Column("sent_at", Moment),  # or given up
    Column("given_up", Text),
    Index(
        "ix_notices_send",
        "send_at",
        sqlite_where=text("send_at IS NOT NULL"),
        postgresql_where=text("send_at IS NOT NULL"),
    ),
    Index("ix_notices_subject", "subject", "channel_id"),
)

cards = Table(
    "cards",
    metadata,
    Column("subject", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("place_id", SLACK_ID, primary_key=True),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("ts", String(32), nullable=False),
    Column("posted_at", Moment),
    Column("thread_ts", String(32)),  # of the message that it is a reply to
)

# Where Slack lets Runbell post nothing; until then, what is meant for the place goes elsewhere.
closed_places = Table(
    "closed_places",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("place_id", SLACK_ID, primary_key=True),
    Column("code", String(64), nullable=False),  # Slack's word for why
    Column("until", Moment, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("incident_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("project_id", Integer, nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID, nullable=False),
    Column("source", RANDOM_ID, nullable=False),  # a schedule's id, or "hand", or "airflow"
    Column("began_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("failed_at", Moment, nullable=False),
    Column("failed_due_at", Moment),
    Column("first_run", RANDOM_ID, nullable=False),
    Column("last_run", RANDOM_ID, nullable=False),
    Column("is_failing", Boolean, nullable=False),
    Column("times", Integer, nullable=False),
    Column("alike", Integer, nullable=False),
    Column("flaps", Boolean, nullable=False),
    Column("claimed_by", SLACK_ID),
    Column("claimed_at", Moment),
    Column("muted_by", SLACK_ID),
    Column("muted_until", Moment),  # null while somebody has muted it: until it is fixed
    Column("storm_id", RANDOM_ID, index=True),
    Column("ended_at", Moment, index=True),
    Column("ending", String(16)),
    Column("mended_by", SLACK_ID),
    Column("last_try", Integer, nullable=False, server_default="1"),
    Column("mended_try", Integer, nullable=False, server_default="0"),
    Column("rule", RANDOM_ID, nullable=False, server_default=""),  # by which it is told
    Column("is_unsaid", Boolean, nullable=False, server_default=text("false")),  # because of that rule
    Index(
        "ix_incidents_unsaid",
        "rule",
        sqlite_where=text("is_unsaid AND ended_at IS NULL"),
        postgresql_where=text("is_unsaid AND ended_at IS NULL"),
    ),
    Column("escalated_at", Moment),  # when somebody else heard of it, because nobody had claimed it
    Index(
        "uq_incidents_open",
        *("workspace_id", "channel_id", "project_id", "deployment", "dag_id", "source"),
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_incidents_of", "deployment", "dag_id", "source", "began_at"),
    Index("ix_incidents_at", "channel_id", "began_at"),
    Index("ix_incidents_project", "project_id", "failed_at"),
)

incident_runs = Table(
    "incident_runs",
    metadata,
    Column("incident_id", ForeignKey("incidents.incident_id", ondelete="CASCADE"), primary_key=True),
    Column("run_key", RANDOM_ID, primary_key=True, index=True),
)

storms = Table(
    "storms",
    metadata,
    Column("storm_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("failed_at", Moment, nullable=False),
    Column("ended_at", Moment, index=True),
    Index(
        "uq_storms_open",
        *("workspace_id", "channel_id"),
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("rule_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),  # or a person's
    Column("project_id", Integer, nullable=False),  # 0 for whatever a person may see
    Column("standing", String(16)),  # which of the rules that every place has it replaces
    Column("deployment", String(64), nullable=False),
    Column("dag_id", DAG_ID),
    Column("tag", NAME),
    Column("events", JSON, nullable=False),
    Column("how", String(16), nullable=False),
    Column("after", Integer, nullable=False),
    Column("at", String(5)),
    Column("weekday", Integer, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("mentions", JSON, nullable=False),
    Column("quiet_begins", String(5)),
    Column("quiet_ends", String(5)),
    Column("says_nothing_happened", Boolean, nullable=False),
    Column("until", Moment),
    Column("muted_by", SLACK_ID),
    Column("muted_until", Moment),
    Column("made_by", SLACK_ID, nullable=False),  # or "file"
    Column("made_at", Moment, nullable=False),
    Column("next_at", Moment),  # when its next sum is due
    Column("summed_at", Moment),
    Index("ix_alert_rules_place", "workspace_id", "channel_id"),
    Index("ix_alert_rules_project", "project_id"),
    Index(
        "uq_alert_rules_standing",
        *("workspace_id", "channel_id", "project_id", "standing"),
        unique=True,
        sqlite_where=text("standing IS NOT NULL"),
        postgresql_where=text("standing IS NOT NULL"),
    ),
    Index(
        "ix_alert_rules_next",
        "next_at",
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    ),
)

# The Homes that people have open: published anew when something in them changes.
homes = Table(
    "homes",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("person_id", SLACK_ID, primary_key=True),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("looked_at", Moment, nullable=False),
    Column("first_shown", Integer, nullable=False, server_default="0"),  # of their schedules
    Column("project_ids", JSON, nullable=False, server_default="[]"),  # those whose changes concern it
    Column("shown", String(64), nullable=False, server_default=""),  # a digest of what Slack has; "": nothing
)

conditions = Table(
    "conditions",
    metadata,
    Column("condition_id", RANDOM_ID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", DAG_ID, nullable=False),  # a run's key, a schedule's id, a DAG's id, or a system's name
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("ended_at", Moment, index=True),
    Index(
        "uq_conditions_open",
        *("kind", "subject", "workspace_id", "channel_id"),
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# Incidents of which a pager is told.
pages = Table(
    "pages",
    metadata,
    Column("page_id", RANDOM_ID, primary_key=True),
    Column("incident_id", RANDOM_ID, nullable=False),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("project_id", Integer, nullable=False),
    Column("pager", String(80), nullable=False),  # the name of its routing key
    Column("signalled", String(16)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False, index=True),
    Column("act_at", Moment),  # when it is looked at next; null once it is done or given up
    Column("leased_until", Moment),
    Column("given_up", Text),
    Index(
        "ix_pages_act_at",
        "act_at",
        sqlite_where=text("act_at IS NOT NULL"),
        postgresql_where=text("act_at IS NOT NULL"),
    ),
)

handled = Table(
    "handled",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("request_id", String(64), primary_key=True),
    Column("handled_at", Moment, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("project_id", Integer),
    Column("allowed", Boolean, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Index("ix_audit_project", "workspace_id", "project_id", "audit_id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", RANDOM_ID, nullable=False),
    Column("until", Moment, nullable=False),
)
