"""A task's log as the REST API streams it: read once, whatever its length, for what ended the task."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.gateways.airflow import error_line
from bot.gateways.airflow.answers import in_json

TAIL_LINES = 40
LONGEST_LINE = 1000
LONGEST_TOLD = 10_000
"""Characters of what an exception says."""
OUTPUT_LINES = 300
"""How many of the last lines that a command printed are searched for its error."""
PRINTED = frozenset({"task.stdout", "task.stderr"})
"""The loggers of lines that the task printed. These may appear inside a group that they are no part of."""
WRONG = frozenset({"error", "critical", "fatal"})
TOOK_TOO_LONG = "It took longer than it may."
WAITED_TOO_LONG = frozenset({"TaskDeferralTimeout"})
OUT_OF_MEMORY = "OOMKilled"
POD_OUT_OF_MEMORY = "Its pod was killed: it needed more memory than it may have."
ENDED_IT = "Task failed with exception"
AFTERWARDS = "Post Execute"
TAKEN_AWAY = "Server indicated the task shouldn't be running anymore"
"""What Airflow's supervisor says of a task whose state was set from outside while it ran."""
CALLBACK = "Failed to run task callback"
_ONLY_A_CODE = re.compile(
    r"^(Bash command failed|Process returned non-zero exit status|Command '.*' returned non-zero exit status|"
    r"Docker container failed|SSH operator error|Cannot execute:|Pod \S+ returned a failure|"
    r"Error occurred in remote)"
)
"""Exceptions that say only that another program failed; what that program printed says why."""
_CODE = re.compile(r"(?:exit code|exit status|return code)\D{0,4}(\d+)")
_ABOUT_IT = re.compile(
    r"^(Tmp dir root location|Running command: |Output:$|Command exited with return code|"
    r"Executing cmd: |Sending SIG)"
)
_CHILD = re.compile(r"^(\S+) failed with failed states .* for run_ids \['([^']+)'")
CODES = {"126": "may not be executed", "127": "does not exist"}
KILLED = {
    "130": "it was interrupted",
    "137": "killed, probably for want of memory",
    "139": "a crash of the program itself",
    "143": "it was told to end from outside",
}
"""Exit codes that say more than what was printed before."""


@dataclass(slots=True)
class TaskLog:
    """What one log says. `take` its events in order."""

    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))
    child: tuple[str, str] | None = None
    """The DAG and run that the task started and waited for, "" for a run whose id the log does not say."""
    _groups: list[str] = field(default_factory=list)
    _output: deque[str] = field(default_factory=lambda: deque(maxlen=OUTPUT_LINES))
    _raised: Mapping[str, Any] | None = None
    _inside: Mapping[str, Any] | None = None
    """What another program printed as its error, if the task's exception says only that it failed."""
    _said: str = ""
    """The last error that was logged; counts where nothing was raised."""
    _stopped: str = ""

    def take(self, event: Mapping[str, Any]) -> None:
        """Note one event of the log. Events come in the log's order."""
        text, level = str(event.get("event", "")), str(event.get("level") or "").lower()
        if text.startswith("::group::"):
            self._groups.append(text.removeprefix("::group::"))
        elif text.startswith("::endgroup::"):
            del self._groups[-1:]
        else:
            self._note(event, text, level)

    def reason(self) -> str:
        """Return why the task failed, in the one line that a person would pick; "" where it does not say."""
        if self._stopped or self._raised is None:
            return self._stopped or self._said
        words = str(self._raised.get("exc_value") or "")
        if self._raised.get("exc_type") == "AirflowTaskTimeout":
            return TOOK_TOO_LONG
        if self._raised.get("exc_type") in WAITED_TOO_LONG:
            return "What it waits for did not come in time."
        if not _ONLY_A_CODE.match(words.strip()):
            return error_line.of_exception(self._raised)
        if self._inside is not None:
            return error_line.of_exception(self._inside)
        code = _CODE.search(words)
        told = error_line.of_output(self._output)
        killed = KILLED.get(code[1], "") if code else ""
        if OUT_OF_MEMORY in words:
            return POD_OUT_OF_MEMORY
        if told:
            return f"{told} ({killed})" if killed else told
        meaning = killed or (CODES.get(code[1], "") if code else "")
        number = f" with exit code {code[1]}" if code else ""
        return f"The command ended{number}{f' ({meaning})' if meaning else ''} and printed nothing."

    def _note(self, event: Mapping[str, Any], text: str, level: str) -> None:
        printed = event.get("logger") in PRINTED
        if self._groups and level not in WRONG and not printed:
            self._note_child(event)
            return  # Airflow's own preparations, folded in its page too
        self.tail.extend(line[:LONGEST_LINE] for line in text.splitlines())
        raised = _first(event.get("error_detail"))
        if raised is not None:
            self._note_raised(text, raised)
        elif (level in WRONG or "exit_code" in event) and text.strip():
            self._note_error(event, text)
        elif not _ABOUT_IT.match(text):
            self._output.extend(line[:LONGEST_LINE] for line in text.splitlines())

    def _note_raised(self, text: str, raised: Mapping[str, Any]) -> None:
        told = f"{raised.get('exc_type')}: {raised.get('exc_value') or ''}".removesuffix(": ")
        self.tail.extend(line[:LONGEST_LINE] for line in told.splitlines())
        if text == CALLBACK and (self._raised is not None or self._said):
            return  # the job's own alarm failed as well, which is not why the job did
        if text == ENDED_IT or self._raised is None:
            self._inside = self._raised
            self._raised = raised
        child = _CHILD.match(str(raised.get("exc_value") or ""))
        if child:
            self.child = (child[1], child[2])

    def _note_error(self, event: Mapping[str, Any], text: str) -> None:
        if self._raised is not None and AFTERWARDS in self._groups:
            return
        if text.startswith(TAKEN_AWAY):
            self._stopped = "Somebody stopped it in Airflow, or marked it as failed there."
            return
        if "exit_code" in event:
            code = event["exit_code"]
            self._said = f"It exited with code {code}." if isinstance(code, int) else str(code).strip()
        elif event.get("signal_name"):
            self._said = _killed(str(event["signal_name"]))
        else:
            self._said = text.strip().splitlines()[-1]

    def _note_child(self, event: Mapping[str, Any]) -> None:
        if event.get("trigger_dag_id"):
            self.child = (str(event["trigger_dag_id"]), "")


def event_of(line: bytes) -> Mapping[str, Any]:
    """Read one line of NDJSON; what is no JSON is an event of that text."""
    try:
        event = in_json(line)
    except ValueError:
        event = {"event": line.decode(errors="replace").replace("\0", "")}
    return event if isinstance(event, Mapping) else {"event": str(event)}


def _first(details: Any) -> Mapping[str, Any] | None:
    """Return the exception that ended the task. Its causes come after it."""
    found = [each for each in details if isinstance(each, Mapping)] if isinstance(details, list) else []
    if not found:
        return None
    cut = [{**each, "exc_value": str(each.get("exc_value") or "")[:LONGEST_TOLD]} for each in found[:2]]
    return {**cut[0], error_line.CAUSE: cut[1]} if len(cut) > 1 else cut[0]


def _killed(signal: str) -> str:
    why = ", probably because memory ran out" if signal == "SIGKILL" else ""
    return f"Its process was killed ({signal}){why}."
