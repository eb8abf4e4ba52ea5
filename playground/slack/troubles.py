"""Trouble that a person at the page can order, by name: what the inspector offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.acting import NotPossibleError
from playground.slack.block_kit.blocks import NEWER
from playground.slack.faults import Fault, broken, ratelimited

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playground.slack.workspace import Workspace

SLOW = 4.0


def offered(workspace: Workspace) -> list[str]:
    """The names, in the order they are shown; switches say which way they would go."""
    return list(_orders(workspace))


async def order(workspace: Workspace, name: str) -> None:
    orders = _orders(workspace)
    if name not in orders:
        raise NotPossibleError(f"there is no trouble called {name!r}")
    entry = workspace.journal.open("ordered", name, {})
    await orders[name]()
    workspace.journal.close(entry, None)


def _orders(workspace: Workspace) -> dict[str, Callable[[], Awaitable[None]]]:
    faults = workspace.faults

    def plan(fault: Fault) -> Callable[[], Awaitable[None]]:
        async def on_next_call() -> None:
            faults.plan("*", fault)

        return on_next_call

    def switch(name: str) -> Callable[[], Awaitable[None]]:
        async def turn() -> None:
            setattr(faults, name, not getattr(faults, name))

        return turn

    def refuse(kind: str) -> Callable[[], Awaitable[None]]:
        async def turn() -> None:
            faults.unknown_blocks ^= {kind}

        return turn

    async def enable() -> None:
        workspace.event_limits.enable()

    again = {"Enable events again": enable} if workspace.event_limits.disabled else {}
    return {
        **again,
        "Next call: too many requests (429)": plan(ratelimited(5)),
        "Next call: Slack fails (500)": plan(broken()),
        f"Next call: {SLOW:g} s late": plan(Fault(seconds=SLOW)),
        "Next call: connection dropped": plan(Fault(drop=True)),
        "Refresh the Socket Mode connections": workspace.socket.refresh,
        "Cut the Socket Mode connections": workspace.socket.drop,
        _either(faults.duplicate_events, "Deliver events twice", "Deliver events once"): switch(
            "duplicate_events"
        ),
        _either(faults.ghost_connection, "Lose what goes to the app", "Stop losing"): switch(
            "ghost_connection"
        ),
        _either(faults.token_revoked, "Revoke the token", "Give the token back"): switch("token_revoked"),
        **{
            _either(kind in faults.unknown_blocks, f"Refuse {kind} blocks", f"Take {kind} blocks"): refuse(
                kind
            )
            for kind in NEWER
        },
    }


def _either(on: bool, start: str, stop: str) -> str:
    return stop if on else start
