"""What stands below a failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks.reason import below
from bot.domain.job import JobSettings
from bot.domain.reason import DagVersion, Seen
from bot.domain.run import Failure, RunState
from tests.drawn.world import a_run

if TYPE_CHECKING:
    from bot.domain.card import RunCard

FAILURE = Failure(
    "check", 2, "no", "", tries=3, not_run=1, means="the disk is full", to_do="make room <!here>"
)


def failed(failure: Failure = FAILURE, runbook: str = "", **known: Any) -> RunCard:
    shown = a_run("Sales report", RunState.FAILED)
    job = replace(shown.job, settings=JobSettings(runbook=runbook))
    return replace(shown, job=job, run=replace(shown.run, failure=failure), **known)


def said(shown: RunCard, *, shared: bool = False) -> str:
    blocks = [each.to_dict() for each in below(shown, shared=shared) if each is not None]
    return "\n".join(
        each["text"]["text"] if each["type"] == "section" else each["elements"][0]["text"] for each in blocks
    )


def test_what_it_means_what_to_do_which_try_and_what_did_not_run():
    told = said(failed(runbook="Ask #shop. See https://wiki.example.com/sales."))

    assert "*This usually means:* the disk is full. make room &lt;!here&gt;." in told
    assert "*What to do:* Ask #shop. See <https://wiki.example.com/sales>." in told
    assert "Try 2 of 3. 1 task after it did not run." in told


def test_a_task_that_is_tried_once_says_nothing_of_tries():
    assert "Try" not in said(failed(replace(FAILURE, try_number=1, tries=1)))


def test_how_often_and_what_helped():
    assert "Third time this week; last time <@U0TOM>’s Retry helped." in said(failed(seen=Seen(3, "U0TOM")))
    assert "11th time this week." in said(failed(seen=Seen(11)))
    assert "22nd time this week." in said(failed(seen=Seen(22)))
    assert "this week" not in said(failed(seen=Seen(1)))
    assert "failed like this before; then <@U0TOM>’s Retry helped." in said(failed(seen=Seen(1, "U0TOM")))


def test_that_the_job_was_changed_and_when():
    shown = failed()
    assert shown.run.started_at is not None
    made_at = shown.run.started_at - timedelta(hours=2)

    assert "The job was changed 2 h before (version 12)." in said(
        replace(shown, changed=DagVersion(12, made_at))
    )
    assert "The job was changed (version 12)." in said(replace(shown, changed=DagVersion(12)))


def test_another_company_reads_nothing_that_people_wrote_of_it():
    told = said(failed(runbook="Ask #shop.", seen=Seen(3), changed=DagVersion(12)), shared=True)

    assert (
        told
        == "Try 2 of 3. 1 task after it did not run. Third time this week. The job was changed (version 12)."
    )


def test_nothing_below_a_run_that_is_done():
    assert below(a_run("Sales report", RunState.DONE), shared=False) == ()
