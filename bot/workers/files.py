"""A file from Airflow to Slack: read where the job published it, put where its run is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.card import RunCard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.ports import Airflow, Slack
    from bot.workers.notices import Shown


def bring(
    slack: Slack, airflows: Mapping[str, Airflow], shown: Shown | None, where: tuple[str, str | None]
) -> None:
    """Put the file of the run that is shown there. `where`: a channel and the message of its thread, or None.

    Raises Rejected, with what is wrong with it, if there is no file that can be shown.
    """
    if isinstance(shown, RunCard):
        channel_id, ts = where
        file = airflows[shown.run.key.deployment].file(shown.run.key.dag_id, shown.run.run_id)
        slack.upload(channel_id, file, thread_ts=ts)
