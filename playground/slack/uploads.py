"""Files: announced, arrived, shared; kept with the workspace, so that a link works after a restart."""

from __future__ import annotations

import base64
import mimetypes
from dataclasses import asdict
from typing import TYPE_CHECKING

from playground.slack.ids import new_id
from playground.slack.records import Upload

if TYPE_CHECKING:
    from playground.slack.clock import Clock
    from playground.slack.records import Json
    from playground.slack.store import Store

PLAIN = "application/octet-stream"


class Uploads:
    """`origin` is the server's own address, known once it listens."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.origin = ""
        self._store, self._clock = store, clock
        self._files = {key: _read(row) for key, row in store.all("file")}

    def announce(self, name: str, size: int, user: str) -> Upload:
        upload = Upload(new_id("F"), name, name, size, user, int(self._clock.now()))
        self._files[upload.id] = upload
        return upload

    def give(self, name: str, content: bytes, user: str) -> Upload:
        """A file that a person chose in a form: whole at once, and shared nowhere."""
        upload = self.announce(name, len(content), user)
        upload.content, upload.arrived = content, True
        self.finish(upload, None)
        return upload

    def find(self, file_id: str) -> Upload | None:
        return self._files.get(file_id)

    def finish(self, upload: Upload, channel: str | None) -> None:
        upload.done = True
        if channel:
            upload.shared_in.append(channel)
        row = {**asdict(upload), "content": base64.b64encode(upload.content).decode()}
        self._store.keep("file", upload.id, row)

    def wire(self, upload: Upload) -> Json:
        kind = upload.name.rpartition(".")[2].lower() if "." in upload.name else "binary"
        address = f"{self.origin}/files/{upload.id}"
        return {
            "id": upload.id,
            "name": upload.name,
            "title": upload.title,
            "mimetype": kind_of(upload),
            "filetype": kind,
            "pretty_type": kind.upper(),
            "created": upload.created,
            "timestamp": upload.created,
            "size": upload.size,
            "user": upload.user,
            "username": "",
            "mode": "hosted",
            "editable": False,
            "is_external": False,
            "external_type": "",
            "is_public": bool(upload.shared_in),
            "public_url_shared": False,
            "display_as_bot": False,
            "permalink": address,
            "url_private": address,
            "url_private_download": f"{address}?download=1",
            "channels": list(upload.shared_in),
            "groups": [],
        }


def kind_of(upload: Upload) -> str:
    return mimetypes.guess_type(upload.name)[0] or PLAIN


def _read(row: Json) -> Upload:
    return Upload(**{**row, "content": base64.b64decode(row["content"])})
