"""What Slack is to show, what it shows, and which of its deliveries were handled."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from storage.tables.columns import RANDOM_ID, SLACK_ID, Moment, metadata, partial_index

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
    Column("rule", RANDOM_ID, nullable=False, server_default=""),  # the alert rule by which it goes
    Column("under", RANDOM_ID, index=True),  # the subject of the sum that it is posted below
    Column("leased_until", Moment),
    Column("sent_at", Moment),  # or given up
    Column("given_up", Text),
    partial_index("ix_notices_send", "send_at", where="send_at IS NOT NULL"),
    Index("ix_notices_subject", "subject", "channel_id"),
    partial_index("ix_notices_words", "channel_id", "wanted_at", where="message IS NOT NULL"),
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

handled = Table(
    "handled",
    metadata,
    Column("workspace_id", SLACK_ID, primary_key=True),
    Column("request_id", String(64), primary_key=True),
    Column("handled_at", Moment, nullable=False, index=True),
)
