"""The outside world as the core sees it: Airflow and Slack. Both raise only `Unavailable` and `Rejected`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.domain.project import Person
    from bot.domain.project_setup import ChannelFacts
    from bot.domain.run import AirflowRun, Failure, Result, TaskRun
    from bot.domain.run_date import RunDate


ENDS_SOON = timedelta(days=3)
"""Of a token that nobody renews: from then on it is worth a warning."""


WITHOUT = {
    "triggerer": "what waits for something outside Airflow goes on waiting",
    "dag processor": "changes to jobs are not seen there",
}
"""What is missing where a part of Airflow is down that its scheduler does without."""


@dataclass(frozen=True, slots=True)
class AirflowHealth:
    """`scheduler`: whether Airflow itself says that its scheduler is healthy.

    `tried`: "tried" where Runbell was tried with this version, else a few words on that.
    `token_ends_at`: of a token that nobody renews.
    """

    version: str
    database: bool
    scheduler: bool
    triggerer: bool | None
    """None: there has never been one, so whatever defers itself waits for ever."""
    tried: str = "tried"
    token_ends_at: datetime | None = None
    heartbeat_at: datetime | None = None
    """The scheduler's last one, by Airflow's clock."""
    dag_processor: bool | None = None
    """None: there has never been one, or Airflow does not say."""

    @property
    def away(self) -> tuple[tuple[str, str], ...]:
        """Return which of its parts are down though the scheduler may work, each with what that means."""
        parts = (("triggerer", self.triggerer), ("dag processor", self.dag_processor))
        return tuple((name, WITHOUT[name]) for name, is_well in parts if is_well is False)


@dataclass(frozen=True, slots=True)
class Grant:
    """A right in Airflow. `without`: what does not work for who lacks it."""

    resource: str
    action: str
    without: str


class Airflow(Protocol):
    """One deployment's REST API, v2."""

    deployment: str

    def health(self) -> AirflowHealth: ...

    def jobs(self) -> Sequence[Job]:
        """Every DAG this account may read, in bulk, without inputs; stale ones left out."""
        ...

    def job(self, dag_id: str) -> Job | None:
        """One DAG with its inputs; None when Airflow does not know it."""
        ...

    def start(
        self,
        dag_id: str,
        run_id: str,
        *,
        run_after: datetime | None,
        date: RunDate | None = None,
        conf: Mapping[str, Any],
        note: str,
    ) -> AirflowRun:
        """Hand a run over. The same id again answers the run that exists (409 confirmed by GET).

        `run_after` None: at once. `date` None: the run has no date, which many DAGs cannot do without.
        Rejected: 400 (inputs), 404 (no such DAG, stale, import error),
        409 of another kind, 422. Unavailable: 401, 403, 429, 5xx, no answer.
        """
        ...

    def may_start(self, dag_id: str) -> bool:
        """Whether this account may; nothing is started."""
        ...

    def missing_grants(self, dag_id: str) -> Sequence[Grant]:
        """Return the rights on this DAG and its runs that the account lacks; nothing is changed."""
        ...

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None: ...

    def runs(self, keys: Iterable[tuple[str, str]]) -> Sequence[AirflowRun]:
        """The runs of these (dag_id, run_id), those that still exist; in few requests."""
        ...

    def finished(
        self, *, ended_since: datetime, run_after_since: datetime | None = None, most: int = 1000
    ) -> Sequence[AirflowRun]:
        """Finished runs of all DAGs, oldest end first, no more than `most`.

        `run_after_since` None: the wide poll.
        """
        ...

    def recent(self, dag_id: str, *, count: int) -> Sequence[AirflowRun]:
        """The job's latest runs, newest first."""
        ...

    def stop(self, dag_id: str, run_id: str, *, note: str) -> AirflowRun | None:
        """Mark it failed, with a note, never DELETE; None when it does not exist."""
        ...

    def retry(self, dag_id: str, run_id: str) -> None:
        """Clear its failed tasks, so that they run again under the same run id."""
        ...

    def set_paused(self, dag_id: str, *, paused: bool) -> None: ...

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]: ...

    def tried_again_at(self, dag_id: str, task: TaskRun) -> datetime | None:
        """When a task that waits for its next try is tried; None where that cannot be worked out."""
        ...

    def failure(self, dag_id: str, run_id: str) -> Failure | None:
        """The first task that failed by itself, its error and log tail; None when none did."""
        ...

    def result(self, dag_id: str, run_id: str) -> Result | None: ...

    def roles(self) -> Mapping[str, frozenset[str]]:
        """Airflow's own roles, and the DAG ids that each may use; empty where it does not say."""
        ...

    def run_url(self, dag_id: str, run_id: str) -> str:
        """Where a person looks at it."""
        ...


@dataclass(frozen=True, slots=True)
class UserGroup:
    group_id: str
    handle: str
    name: str
    person_ids: frozenset[str]


class Slack(Protocol):
    """One workspace's Web API."""

    def check(self) -> datetime | None:
        """Prove the token by a round trip; return what time it is by Slack's clock, where it says so."""
        ...

    def workspace_id(self) -> str:
        """Return the workspace of the token; Slack is asked for it once."""
        ...

    def post(
        self, channel_id: str, message: Message, *, thread_ts: str | None = None, broadcast: bool = False
    ) -> tuple[str, str]:
        """Post to a channel, or to a person's id for a direct message. The (channel id, ts) it got."""
        ...

    def update(self, channel_id: str, ts: str, message: Message) -> None: ...

    def answer(self, response_url: str, said: Mapping[str, Any]) -> None:
        """Answer a command or a press where it was made; `said`: the body that Slack's response URLs take."""
        ...

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Open a form for whoever pressed. Raises Expired when Slack waits no longer."""
        ...

    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Put a form on top of the one that was pressed in. Raises Expired when Slack waits no longer."""
        ...

    def update_view(self, view_id: str, view: Mapping[str, Any], *, view_hash: str | None = None) -> None:
        """Draw an open form anew; nothing happens to one that was closed, or changed since `view_hash`."""
        ...

    def person(self, person_id: str) -> Person | None: ...

    def described(self, user: Mapping[str, Any], workspace_id: str) -> Person:
        """Whom an event tells of, by Slack's user object; nothing is asked."""
        ...

    def people(self) -> Sequence[Person]: ...

    def user_groups(self) -> Sequence[UserGroup]:
        """All enabled groups with their members, in one request; empty where the plan has none."""
        ...

    def channels(self) -> Sequence[ChannelFacts]:
        """All public channels, and the private ones that the bot is in (where its scopes allow)."""
        ...

    def channel(self, channel_id: str) -> ChannelFacts | None:
        """None for one that is gone, or private and not open to the bot."""
        ...

    def is_in_channel(self, channel_id: str, person_id: str) -> bool:
        """Rejected where the bot cannot look."""
        ...

    def send_file(self, person_id: str, name: str, content: str, message: str) -> None:
        """A text file that somebody asked for, in their direct messages."""
        ...


class Socket(Protocol):
    """The connection on which Slack tells of what people type and press."""

    @property
    def is_connected(self) -> bool:
        """Whether it is open, and Slack has been heard on it within the last seconds."""
        ...

    def connect(self) -> None:
        """Open it, or open it anew. Raises Unavailable."""
        ...

    def close(self) -> None: ...
