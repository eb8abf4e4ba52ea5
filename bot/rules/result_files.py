"""The file of a run's result: queued where the run is shown; on its cards, why it is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.notice import NoticeKind
from bot.domain.run import RunState
from bot.rules.alerting import redraw_run

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.errors import Rejected
    from bot.domain.run import Run
    from storage.transaction import Transaction

_REFUSED = {
    "not_in_channel": "Runbell is not in the channel; type /invite @Runbell there, then run it again",
    "missing_scope": "Runbell lacks Slack's scope files:write; an admin can add it",
}


def put_file(tx: Transaction, run: Run, now: datetime) -> None:
    """Queue the file that the run has published, wherever the run has a card or gets one."""
    if run.state is RunState.DONE and run.result is not None and run.result.file_name:
        for place in tx.outbox.shown_at(run.run_key):
            tx.outbox.put(place, NoticeKind.FILE, run.run_key, send_at=now)


def without_file(tx: Transaction, run_key: str, error: Rejected, now: datetime) -> None:
    """Say on the run's cards why its file is not there."""
    run = tx.runs.lock(run_key)
    if run is None or run.result is None or not run.result.file_name:
        return
    why = (
        error.detail
        if error.system == "Airflow"
        else _REFUSED.get(error.code, f"Slack refused it ({error.code})")
    )
    remark = f"but its file {run.result.file_name} is not here: {why}"
    kept = replace(run.result, file_name="")
    has_more = bool(kept.text or kept.link)
    tx.runs.keep(replace(run, remark=remark, result=kept if has_more else None), at=now)
    redraw_run(tx, run_key, now)
