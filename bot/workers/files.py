"""A file from Airflow to Slack: read where the job published it, put where its run is shown."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from bot.domain.card import RunCard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.ports import Airflow, Slack
    from bot.domain.run import ResultFile
    from bot.rules.readers import Curtailed, Shown, Withheld

AT_ONCE = 4
PATIENCE = 1.5
"""Seconds for which a step waits for a file; what comes later is brought by a later step."""


class Files:
    """Brings the files of results. One that comes slowly keeps no other message waiting."""

    def __init__(self, slack: Slack, airflows: Mapping[str, Airflow]) -> None:
        self._slack = slack
        self._airflows = airflows
        self._readers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="file")
        self._coming: dict[str, Future[ResultFile]] = {}

    def bring(self, shown: Shown | Curtailed | Withheld | None, where: tuple[str, str | None]) -> bool:
        """Put the file of the run that is shown there. `where`: a channel and a thread's message, or None.

        Return False if it has not come yet: ask again. Raises Rejected, with what is wrong with it, if there
        is no file that can be shown.
        """
        if not isinstance(shown, RunCard):
            return True
        run, channel_id, ts = shown.run, *where
        coming = self._coming.get(run.run_key)
        if coming is None:
            read = self._airflows[run.key.deployment].file
            coming = self._coming[run.run_key] = self._readers.submit(read, run.key.dag_id, run.run_id)
        wait([coming], timeout=PATIENCE)
        if not coming.done():
            return False
        del self._coming[run.run_key]
        self._slack.upload(channel_id, coming.result(), thread_ts=ts)
        return True
