"""Failures and other trouble, who hears of them and by which rule."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from storage.tables.columns import DAG_ID, NAME, RANDOM_ID, SLACK_ID, Moment, metadata, partial_index

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
    Column("escalated_at", Moment),  # when somebody else heard of it, because nobody had claimed it
    Column("released_at", Moment),
    partial_index("ix_incidents_unsaid", "rule", where="is_unsaid AND ended_at IS NULL"),
    partial_index(
        "uq_incidents_open",
        *("workspace_id", "channel_id", "project_id", "deployment", "dag_id", "source"),
        unique=True,
        where="ended_at IS NULL",
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
    partial_index("uq_storms_open", *("workspace_id", "channel_id"), unique=True, where="ended_at IS NULL"),
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
    partial_index(
        "uq_alert_rules_standing",
        *("workspace_id", "channel_id", "project_id", "standing"),
        unique=True,
        where="standing IS NOT NULL",
    ),
    partial_index("ix_alert_rules_next", "next_at", where="next_at IS NOT NULL"),
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
    partial_index(
        "uq_conditions_open",
        *("kind", "subject", "workspace_id", "channel_id"),
        unique=True,
        where="ended_at IS NULL",
    ),
)

# What is late in a place within half an hour, or happens to jobs; `notices.under` names the group.
late_groups = Table(
    "late_groups",
    metadata,
    Column("group_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("channel_id", SLACK_ID, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("rule", RANDOM_ID, nullable=False, server_default=""),
    Column("about", String(16), nullable=False, server_default="runs"),
    partial_index(
        "uq_late_groups_open",
        *("workspace_id", "channel_id", "about"),
        unique=True,
        where="ended_at IS NULL",
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
    partial_index("ix_pages_act_at", "act_at", where="act_at IS NOT NULL"),
)
