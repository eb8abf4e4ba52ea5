"""The connection: keeps the socket to Slack open, and says when nobody is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.domain.ports import Slack, Socket
    from storage.database import Database

LOOKS_EVERY = 1.0
log = structlog.get_logger()


class Connection:
    def __init__(
        self, database: Database, slack: Slack, socket: Socket, settings_admins: Collection[str]
    ) -> None:
        """Keep the parts. `settings_admins` are the ids of the people whom the settings make admins."""
        self._database = database
        self._slack = slack
        self._socket = socket
        self._settings_admins = settings_admins
        self._is_introduced = False

    def step(self) -> float:
        """Connect to Slack if that is lost. Raises Unavailable while Slack does not answer."""
        if not self._socket.is_connected:
            self._connect()
        if not self._is_introduced:
            self._introduce()
        return LOOKS_EVERY

    def _introduce(self) -> None:
        """Write the admins of the settings, once Slack has said which workspace this is."""
        workspace_id = self._slack.workspace_id()
        with self._database.transaction() as tx:
            for person_id in self._settings_admins:
                tx.directory.give_workspace_role(workspace_id, person_id, "admin")
        self._is_introduced = True

    def _connect(self) -> None:
        try:
            self._socket.connect()
        except Unavailable as error:
            raise Unavailable(error.system, f"nobody is heard: {error.detail}", code=error.code) from error
        log.info("socket.connected")
