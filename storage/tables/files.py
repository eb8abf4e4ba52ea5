"""Files that people give to jobs, until the jobs have fetched them."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from storage.tables.columns import RANDOM_ID, SLACK_ID, Moment, metadata

files = Table(
    "files",
    metadata,
    Column("file_id", RANDOM_ID, primary_key=True),
    Column("workspace_id", SLACK_ID, nullable=False),
    Column("person_id", SLACK_ID, nullable=False),
    Column("name", String(255), nullable=False),
    Column("size", Integer, nullable=False),  # bytes, before they are sealed
    Column("content", LargeBinary),  # sealed; null until it has come from Slack
    Column("trouble", Text, nullable=False, server_default=""),  # why it did not come
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
