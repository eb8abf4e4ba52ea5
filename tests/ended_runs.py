"""Runs that are made and ended through Airflow's API, so that none takes a task's time."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from bot.domain.clock import SystemClock
from bot.domain.identity import new_id

if TYPE_CHECKING:
    from playground.airflow import RunningAirflow


class EndedRuns:
    """Airflow's API. The jobs are to be paused, so that Airflow starts none of the runs itself."""

    def __init__(self, airflow: RunningAirflow) -> None:
        self._url = f"{airflow.url}/api/v2/dags/"
        self._token = airflow._token()

    def pause(self, dag_id: str) -> None:
        self._send("PATCH", dag_id, {"is_paused": True})

    def make(self, dag_id: str) -> str:
        """Return the id of a run that waits."""
        now = SystemClock().now().isoformat()
        run_id = f"made__{new_id()}"
        made = {"dag_run_id": run_id, "logical_date": None, "run_after": now}
        self._send("POST", f"{dag_id}/dagRuns", made)
        return run_id

    def end(self, dag_id: str, run_id: str, *, failed: bool) -> None:
        state = "failed" if failed else "success"
        self._send("PATCH", f"{dag_id}/dagRuns/{run_id}", {"state": state})

    def _send(self, method: str, path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        sent = json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=sent, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
