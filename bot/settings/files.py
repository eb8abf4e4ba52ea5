"""Which files people may give to jobs, by the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.limits import FileLimits

if TYPE_CHECKING:
    from bot.settings import Settings

MEGABYTE = 1024 * 1024


def files_of(settings: Settings, *, can_seal: bool) -> FileLimits:
    """Return which files are taken: none without an address for them, or a key to keep them with."""
    missing = "" if can_seal else "RUNBELL_SECRETS_KEY"
    return FileLimits(
        url=settings.files_url,
        largest=int(settings.most_file_mb * MEGABYTE),
        together=int(settings.most_files_mb * MEGABYTE),
        life=timedelta(hours=settings.keep_files_hours),
        why_not=missing if settings.files_url else "RUNBELL_FILES_URL",
    )
