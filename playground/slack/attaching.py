"""Files that a person gives in a form's `file_input`: kept as uploads of theirs, shared in no channel."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from playground.slack.acting import NotPossibleError, find_spot

if TYPE_CHECKING:
    from playground.slack.acting import Spot
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

MOST_FILES = 10
"""What Slack takes where the element does not say."""
LARGEST_FILE = 25 * 1024 * 1024
"""The playground's own limit; Slack's is 1 GB."""


def attach(
    workspace: Workspace,
    person: str,
    *,
    where: Json,
    block_id: str,
    action_id: str,
    name: str,
    content: str,
) -> None:
    """Give a file; `content` is base64. Where one file is taken, it takes the place of the one before."""
    spot = _file_input(workspace, person, where, block_id, action_id)
    read = _content(content)
    endings = [str(each).lower().lstrip(".") for each in spot.element.get("filetypes") or ()]
    if endings and name.rpartition(".")[2].lower() not in endings:
        raise NotPossibleError(f"{name} is not a file of these types: {', '.join(endings)}")
    most = spot.element.get("max_files", MOST_FILES)
    before = [] if most == 1 else list(spot.held.get(spot.name) or ())
    if len(before) >= most:
        raise NotPossibleError(f"it takes at most {most} files")
    upload = workspace.uploads.give(name, read, person)
    _hold(workspace, spot, [*before, workspace.uploads.wire(upload)])


def detach(
    workspace: Workspace, person: str, *, where: Json, block_id: str, action_id: str, file: str
) -> None:
    """Take a file out of the form again, by its id. It stays among the person's files in Slack."""
    spot = _file_input(workspace, person, where, block_id, action_id)
    _hold(workspace, spot, [each for each in spot.held.get(spot.name) or () if each["id"] != file])


def _file_input(workspace: Workspace, person: str, where: Json, block_id: str, action_id: str) -> Spot:
    spot = find_spot(workspace, person, where, block_id, action_id)
    if spot.element["type"] != "file_input" or spot.view is None:
        raise NotPossibleError("only a form's file field takes a file")
    return spot


def _content(coded: str) -> bytes:
    try:
        read = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise NotPossibleError("the file did not arrive whole") from wrong
    if len(read) > LARGEST_FILE:
        raise NotPossibleError(f"the playground takes files up to {LARGEST_FILE // 1024 // 1024} MB")
    return read


def _hold(workspace: Workspace, spot: Spot, files: list[Any]) -> None:
    spot.held[spot.name] = files
    assert spot.view is not None
    spot.view.errors.pop(spot.block["block_id"], None)
    workspace.views.redraw(spot.view)
