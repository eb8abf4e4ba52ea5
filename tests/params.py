"""Params as DAG authors write them and as Airflow's REST API serves them, for the tests of inputs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.job import Input, Job, JobKey
from bot.gateways.airflow.inputs import input_from, inputs_from
from bot.language.inputs import Viewpoint

BERLIN = ZoneInfo("Europe/Berlin")
SEEN = Viewpoint(BERLIN, datetime(2026, 11, 28, 10, 0, tzinfo=UTC))
"""A Saturday, 11:00 in Berlin."""


def an_input(default: Any = None, *, name: str = "value", description: str = "", **schema: Any) -> Input:
    """What `Param(default, description=…, **schema)` becomes."""
    return input_from(name, {"value": default, "schema": schema, "description": description or None})


def a_job(**params: dict[str, Any]) -> Job:
    """A job with these params: each {"value": default, "schema": …}."""
    return Job(JobKey("default", "some_job"), "Some job", inputs=inputs_from(params))
