"""Structured logs on standard error; never a secret, never an input's value."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

from bot.domain.secrets import hide_secrets

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger


def set_up_logs(level: str, *, json: bool) -> None:
    """Send structlog and the standard library's logs to standard error, as JSON or as lines."""
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(level)
    for chatty in ("slack_sdk", "slack_bolt", "urllib3", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def _hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: hide_secrets(value) if isinstance(value, str) else value for name, value in event.items()}
