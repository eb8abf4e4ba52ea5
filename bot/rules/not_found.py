"""What is said alike of what is gone and of what somebody may not know of."""

from __future__ import annotations

from bot.rules.access import NO_SUCH_THING

NO_SUCH_PREVIEW = "I can't find that preview. It is over a day old, or not yours. Type the command again."
NO_SUCH_LIST = "I can't find that list. It is over a day old, or not yours. Type the command again."
NO_SUCH_RULE = "I can't find that rule. It may have been removed, or it is not for you to see."
NOT_FOUND = frozenset({NO_SUCH_THING, NO_SUCH_PREVIEW, NO_SUCH_LIST, NO_SUCH_RULE})
"""An answer by one of these is a denied attempt, for the audit."""
