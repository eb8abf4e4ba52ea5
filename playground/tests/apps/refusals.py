"""What Slack refused, as the error code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    return str(refusal(call, **arguments)["error"])


def refusal(call: Callable[..., Any], **arguments: Any) -> Any:
    """The whole answer."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response
