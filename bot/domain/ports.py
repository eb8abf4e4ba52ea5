"""The outside world as the core sees it: Airflow and Slack. Both raise only `Unavailable` and `Rejected`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.choices import Offered
    from bot.domain.escalation import PagerEvent
    from bot.domain.job import Job
    from bot.domain.kept_file import FetchedFile
    from bot.domain.notice import Message
    from bot.domain.project import Person
    from bot.domain.project_setup import ChannelFacts
    from bot.domain.run import AirflowRun, Failure, Result, ResultFile, TaskRun
    from bot.domain.run_date import RunDate


ENDS_SOON = timedelta(days=3)
"""How long before its end a token that nobody renews is worth a warning."""


WITHOUT = {
    "triggerer": "what waits for something outside Airflow goes on waiting",
    "dag processor": "changes to jobs are not seen there",
}
"""What does not work while a part of Airflow is down that its scheduler does not need."""


@dataclass(frozen=True, slots=True)
class AirflowHealth:
    """How Airflow is. `scheduler` is whether Airflow itself calls its scheduler healthy.

    `tried` is "tried" if Runbell was tried with this version, else a few words about that. `token_ends_at` is
    for a token that nobody renews.
    """

    version: str
    database: bool
    scheduler: bool
    triggerer: bool | None
    """None if there has never been one, so that deferred tasks wait for ever."""
    tried: str = "tried"
    token_ends_at: datetime | None = None
    heartbeat_at: datetime | None = None
    """When the scheduler was last heard of, by Airflow's clock."""
    dag_processor: bool | None = None
    """None if there has never been one, or Airflow does not say."""

    @property
    def away(self) -> tuple[tuple[str, str], ...]:
        """The parts that are down while the scheduler may work, each with what that means."""
        parts = (("triggerer", self.triggerer), ("dag processor", self.dag_processor))
        return tuple((name, WITHOUT[name]) for name, is_well in parts if is_well is False)


@dataclass(frozen=True, slots=True)
class Grant:
    """A right in Airflow. `without` says what does not work without it."""

    resource: str
    action: str
    without: str


class Airflow(Protocol):
    """One deployment's REST API, version 2.

    Every method raises Unavailable if there is no usable answer, with the subclass Forbidden if the account
    lacks a right, and Rejected if Airflow will say the same again. None of them is called inside a
    transaction.
    """

    deployment: str

    def health(self) -> AirflowHealth:
        """Return how Airflow is, with its version."""
        ...

    def jobs(self) -> Sequence[Job]:
        """Return every DAG that this account may read, in bulk, without inputs; stale ones are left out."""
        ...

    def job(self, dag_id: str) -> Job | None:
        """Return one DAG with its inputs. None if Airflow does not know it."""
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
        """Hand a run over. If Airflow has a run of this id, return that one (409 confirmed by GET).

        `run_after` None means at once. `date` None means a run without a date, which many DAGs cannot do
        without. Raises Rejected for 400 (inputs), 404 (no such DAG, stale, import error), 409 of another kind
        and 422; raises Unavailable for 401, 403, 429, 5xx and no answer.
        """
        ...

    def may_start(self, dag_id: str) -> bool:
        """Return whether this account may start the DAG; nothing is started."""
        ...

    def missing_grants(self, dag_id: str) -> Sequence[Grant]:
        """Return the rights on this DAG and its runs that the account lacks; nothing is changed."""
        ...

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None:
        """Return the run. None if Airflow does not have it."""
        ...

    def runs(self, keys: Iterable[tuple[str, str]]) -> Sequence[AirflowRun]:
        """Return the runs of these (dag_id, run_id) that still exist, in few requests."""
        ...

    def finished(
        self, *, ended_since: datetime, run_after_since: datetime | None = None, most: int = 1000
    ) -> Sequence[AirflowRun]:
        """Return finished runs of all DAGs, oldest end first, at most `most`.

        `run_after_since` keeps the list short. None reads the wide list, with backfills and late retries.
        """
        ...

    def running(self, *, began_before: datetime, most: int) -> Sequence[AirflowRun]:
        """Return the runs of all DAGs that began by then and go on, at most `most`, the longest first."""
        ...

    def recent(self, dag_id: str, *, count: int) -> Sequence[AirflowRun]:
        """Return the job's latest runs, newest first."""
        ...

    def stop(self, dag_id: str, run_id: str, *, note: str) -> AirflowRun | None:
        """Mark the run as failed, with a note; never delete it. None if it does not exist."""
        ...

    def retry(self, dag_id: str, run_id: str) -> None:
        """Clear the run's failed tasks, so that they run again under the same run id."""
        ...

    def set_paused(self, dag_id: str, *, paused: bool) -> None:
        """Pause or resume the job in Airflow, for everyone."""
        ...

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]:
        """Return all tasks of the run, each mapped instance by itself."""
        ...

    def tried_again_at(self, dag_id: str, task: TaskRun) -> datetime | None:
        """Return when a task that waits for its next try is tried. None if that cannot be worked out."""
        ...

    def failure(self, dag_id: str, run_id: str) -> Failure | None:
        """Return the first task that failed by itself, its error and log tail. None if none did."""
        ...

    def result(self, dag_id: str, run_id: str) -> Result | None:
        """Return what the run published for people. None if it published nothing."""
        ...

    def file(self, dag_id: str, run_id: str) -> ResultFile:
        """Return the file of the run's result. Raises Rejected, with what is wrong, if it cannot be shown."""
        ...

    def choices(self, dag_id: str, run_id: str) -> Sequence[Offered]:
        """Return the choices that the run published for inputs of other jobs; empty if it did not."""
        ...

    def roles(self) -> Mapping[str, frozenset[str]]:
        """Return the DAG ids that each of Airflow's own roles may use; empty if it does not say."""
        ...

    def run_url(self, dag_id: str, run_id: str) -> str:
        """Return the address where a person can look at the run."""
        ...


@dataclass(frozen=True, slots=True)
class UserGroup:
    group_id: str
    handle: str
    name: str
    person_ids: frozenset[str]


class Slack(Protocol):
    """One workspace's Web API. It sends a message's newer form, or the older one if Slack refuses that.

    Every method that asks Slack raises Unavailable if there is no usable answer, with the subclasses
    RateLimited and AppRefused, and Rejected if Slack will say the same again.
    """

    def check(self) -> datetime | None:
        """Prove the token by a round trip; return the time by Slack's clock, if Slack says it."""
        ...

    def workspace_id(self) -> str:
        """Return the workspace of the token; Slack is asked for it once."""
        ...

    def post(
        self, channel_id: str, message: Message, *, thread_ts: str | None = None, broadcast: bool = False
    ) -> tuple[str, str]:
        """Post to a channel, or to a person's id for a direct message; return its (channel id, ts)."""
        ...

    def whisper(self, channel_id: str, person_id: str, message: Message, *, thread_ts: str) -> None:
        """Show a message in a thread to one person alone, who must be in the channel, as the bot must."""
        ...

    def update(self, channel_id: str, ts: str, message: Message) -> None:
        """Edit a message of ours. Raises Rejected if it was deleted, or may not be edited any more."""
        ...

    def answer(self, response_url: str, said: Mapping[str, Any]) -> None:
        """Answer a command or a press where it was made.

        `said` is the body that Slack's response URLs take; `newer` in it is a message's newer form.
        """
        ...

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Open a form for whoever pressed. Raises Expired if Slack no longer waits for it."""
        ...

    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Put a form on top of the one that was pressed in. Raises Expired if Slack no longer waits."""
        ...

    def update_view(self, view_id: str, view: Mapping[str, Any], *, view_hash: str | None = None) -> str:
        """Draw an open form anew, and return its new hash.

        Returns "" and draws nothing if the form was closed, or has changed since `view_hash`.
        """
        ...

    def publish_home(self, person_id: str, view: Mapping[str, Any]) -> None:
        """Show this as the person's Home. Raises RateLimited once too many were published in a minute."""
        ...

    def person(self, person_id: str) -> Person | None:
        """Return the person. None if Slack does not know them."""
        ...

    def described(self, user: Mapping[str, Any], workspace_id: str) -> Person:
        """Return the person of Slack's user object, as events carry it; Slack is not asked."""
        ...

    def people(self) -> Sequence[Person]:
        """Return everybody in the workspace, also bots and people who have left."""
        ...

    def user_groups(self) -> Sequence[UserGroup]:
        """Return all enabled groups with their members, in one request; empty if the plan has none."""
        ...

    def channels(self) -> Sequence[ChannelFacts]:
        """Return all public channels, and the private ones that the bot is in, if its scopes allow."""
        ...

    def channel(self, channel_id: str) -> ChannelFacts | None:
        """Return the channel. None if it is gone, or private and the bot is not in it."""
        ...

    def is_in_channel(self, channel_id: str, person_id: str) -> bool:
        """Return whether the person is in the channel. Raises Rejected if the bot cannot look."""
        ...

    def upload(self, channel_id: str, file: ResultFile, *, thread_ts: str | None) -> None:
        """Put the file into a channel, or into a message's thread there. `channel_id` may be a person's."""
        ...

    def fetch_file(self, slack_id: str, *, owner: str, most: int) -> FetchedFile:
        """Return a file that this person has given in a form.

        Raises Rejected if the file is another's, larger than `most` bytes, or not to be had.
        """
        ...

    def send_file(self, person_id: str, name: str, content: str, message: str) -> None:
        """Send a text file to somebody's direct messages, with a message beside it."""
        ...


class Pager(Protocol):
    """A service that wakes somebody, such as PagerDuty."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the routing keys that the settings give it."""
        ...

    def send(self, pager: str, event: PagerEvent) -> None:
        """Send an event with the routing key of this name.

        Raises RateLimited or Unavailable if it is to be sent again, Rejected if that would not help.
        """
        ...


class Socket(Protocol):
    """The connection on which Slack sends what people type and press."""

    @property
    def is_connected(self) -> bool:
        """Whether it is open, and Slack was heard on it within the last seconds."""
        ...

    def connect(self) -> None:
        """Open the connection, or open it anew. Raises Unavailable."""
        ...

    def close(self) -> None:
        """Close the connection. Does nothing if it is closed."""
        ...
