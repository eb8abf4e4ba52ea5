"""What people type about time, read into a When; or refused, with the reason in plain words."""

from __future__ import annotations

from bot.language.when.reader import Reading, is_time, looks_like_time, read, warm

__all__ = ["Reading", "is_time", "looks_like_time", "read", "warm"]
