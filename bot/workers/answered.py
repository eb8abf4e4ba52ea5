"""Airflow's refusals as people and logs may read them, without the values that they repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.repeated import without_values
from bot.domain.secrets import hide_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.errors import Fault


def without_inputs(error: Fault, inputs: Mapping[str, Any]) -> str:
    """Return the error's words without the values that were sent, and without other secrets."""
    return hide_secrets(without_values(error.detail, inputs, mask="…"))
