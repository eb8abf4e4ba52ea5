"""The main job, end to end: typed in Slack, run by a real Airflow, told in the channel.

The bot is a process of its own, as in production; people act by what they see.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.clock import SystemClock
from bot.gateways.airflow import PasswordTokens, RestAirflow
from tests.fakes.talking import SOMEBODY_WAS_FASTER
from tests.forms import unfolded
from tests.manifest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.slack.driver import Person
    from playground.slack.driver_seen import Seen
    from tests.demo import Demo

pytestmark = [pytest.mark.airflow, pytest.mark.postgresql]
MINUTES = 60.0
A_RUN = 3 * MINUTES
"""The longest that a run and its news may take: another Airflow may be at work beside this one."""


def test_a_schedule_one_minute_ahead_reports_its_success(demo: Demo):
    tom = demo.person("Tom Okafor")
    typed = "/schedule sales report in 1 minute with region=emea rows=20"
    preview = asked(tom, "#finance", typed, "Sales report will run")
    assert "Region: Europe, Middle East, Africa" in preview.text
    assert "Reports to #finance" in preview.text

    (do_it,) = {"Schedule it", "Add another"} & set(preview.buttons)  # others may have scheduled it before
    tom.press(do_it, in_=preview)

    tom.see("#finance", "Scheduled: Sales report")
    done = demo.person("Maya Chen").see("#finance", "20 orders worth", timeout=4 * MINUTES)
    assert "Sales report is done" in done.text


def test_a_day_that_moves_arrives_in_airflow_as_the_preview_shows_it(demo: Demo):
    tom = demo.person("Tom Okafor")
    tom.type("#finance", '/schedule run sales report with region=us rows=31 day="the first of last month"')
    preview = tom.see("#finance", "Day: the first day of last month (now: ", ephemeral=True)
    shown = preview.text.partition("(now: ")[2].partition(")")[0]
    day = datetime.strptime(shown, "%a %d %b %Y").date()  # noqa: DTZ007

    tom.press("Run now", in_=preview)

    done = demo.person("Maya Chen").see("#finance", "31 orders worth", timeout=4 * MINUTES)
    assert f"in United States on {day.isoformat()}" in done.text
    assert day.day == 1


def test_a_preview_shows_the_next_five_times_and_is_discarded(demo: Demo):
    maya = demo.person("Maya Chen")
    maya.type("#finance", "/schedule sales report every weekday at 9:07")  # a time of its own
    preview = maya.see("#finance", "Sales report will run every weekday at 09:07", ephemeral=True)
    assert preview.text.count("09:07") >= 6

    maya.press("Discard", in_=preview)

    maya.see("#finance", "Nothing will happen")
    demo.person("Tom Okafor").see_no("#finance", "every weekday at 09:07")


def test_a_run_now_fails_and_retry_mends_it(demo: Demo):
    tom, maya = demo.person("Tom Okafor"), demo.person("Maya Chen")
    question = asked(tom, "#finance", "/schedule run import orders with fail=once", "Run Import orders now?")
    tom.press("Run now", in_=question)

    failed = "Import orders failed in task check"
    failure = maya.see("#finance", "3 of 240 orders were refused", after=question, timeout=A_RUN)
    assert failed in failure.text
    card = tom.see("#finance", "Retry", after=question, timeout=A_RUN)
    tom.see("#finance", "line 17: order 20417", thread=card)

    maya.press("Retry", in_=card)

    again = tom.again(card, "Fixed", timeout=A_RUN)
    assert "retried by @Maya Chen, try 2" in again.text
    tom.see("#finance", "Import orders is back to normal", after=question, timeout=A_RUN)


def test_a_run_that_fails_in_airflow_itself_is_told_where_its_project_reports(demo: Demo):
    airflow = _gateway(demo)
    airflow.start("import_orders", "by_hand", run_after=None, conf={"fail": "always"}, note="")

    told = demo.person("Tom Okafor").see("#finance", "Started in Airflow", timeout=A_RUN)
    assert "Import orders" in told.text
    demo.person("Priya Nair").see_no("#people", "Import orders")


def test_own_schedules_are_listed_paused_resumed_and_deleted(demo: Demo):
    maya = demo.person("Maya Chen")
    maya.type("#finance", "/schedule build warehouse every monday at 7:30")
    maya.press("Schedule it", in_=maya.see("#finance", "Build warehouse will run"))
    maya.see("#finance", "Scheduled: Build warehouse")

    maya.type("#finance", "/schedule list")
    maya.see("#finance", "Build warehouse every Monday at 07:30")
    maya.type("#finance", "/schedule show build warehouse")
    listed = maya.see("#finance", "It may start up to")
    assert "Next: " in listed.text
    maya.press("Pause", in_=listed)
    paused = maya.see("#finance", "it will not run until it is resumed")
    maya.press("Resume", in_=paused)
    maya.see("#finance", "Resumed #")
    maya.press("Delete", in_=listed)

    maya.see("#finance", "no longer runs")
    maya.see("#finance", "deleted Build warehouse")  # the quiet line, which everybody there reads
    maya.type("#finance", "/schedule show build warehouse")
    maya.see("#finance", "I can't find a schedule")


def test_pausing_a_job_for_everyone_says_what_it_does_first(demo: Demo):
    maya, tom = demo.person("Maya Chen"), demo.person("Tom Okafor")
    tom.type("#finance", "/schedule pause job nightly cleanup")
    tom.see("#finance", "You may not pause this job for everyone")

    maya.type("#finance", "/schedule pause job nightly cleanup")
    asked = maya.see("#finance", "Pause Nightly cleanup for everyone?")
    assert "Its own schedule in Airflow" in asked.text
    maya.press("Pause for everyone", in_=asked)
    maya.see("#finance", "Nightly cleanup is paused for everyone")
    job = _gateway(demo).job("nightly_cleanup")
    assert job is not None
    assert job.is_paused

    maya.type("#finance", "/schedule resume job nightly cleanup")
    maya.press("Resume for everyone", in_=maya.see("#finance", "Resume Nightly cleanup"))
    maya.see("#finance", "Nightly cleanup runs again")


@pytest.mark.parametrize(
    "text",
    [
        "/schedule sales report every weekday at 9am",
        "/schedule run sales report",
        "/schedule run sales_report",
        "/schedule pause job sales report",
    ],
)
@pytest.mark.parametrize("channel", ["#people", "#general"])
def test_hr_cannot_see_schedule_run_or_guess_a_finance_job(demo: Demo, text: str, channel: str):
    priya = demo.person("Priya Nair")
    answer = asked(priya, channel, text)
    of_nothing = asked(priya, channel, text.replace("sales", "zebra"))

    assert answer.ephemeral
    assert "I can't find a job" in answer.text
    assert of_nothing.text == answer.text.replace("sales", "zebra")


def test_a_guest_in_no_project_is_told_whom_to_ask(demo: Demo):
    sam = demo.person("Sam Rivera")
    sam.type("#general", "/schedule list")

    sam.see("#general", "No jobs are shared with you here yet")


def test_a_viewer_is_told_who_can_allow_it(demo: Demo):
    lena = demo.person("Lena Fischer")
    lena.type("#finance", "/schedule run sales report")

    lena.see("#finance", "@Maya Chen can allow it")


def test_what_is_not_understood_is_answered_with_an_example_that_works(demo: Demo):
    tom = demo.person("Tom Okafor")
    tom.type("#finance", "/schedule sales report every blue moon")
    answer = tom.see("#finance", "Try: /schedule sales report", ephemeral=True)

    tom.type("#finance", answer.text.partition("Try: ")[2].splitlines()[0])
    tom.see("#finance", "Sales report will run", after=answer)


def test_the_form_leads_to_the_same_preview(demo: Demo):
    tom = demo.person("Tom Okafor")
    tom.type("#finance", "/schedule")
    form = tom.open_modal("Schedule a job")
    form.choose("Job", "Sales report")
    form.see("Rows")
    unfolded(form).fill("When", "every blue moon")
    form.fill("Rows", "0")
    form.submit()
    assert form.error("Rows")

    form.fill("Rows", "12")
    form.submit()
    assert form.error("When")

    form.choose("Region", "United States")
    form.choose("What to do", "Run it once, now")
    form.see_no_field("When")
    form.submit()
    preview = tom.open_modal("Is this right?")
    preview.submit()
    tom.open_modal("On its way").close()

    done = tom.see("#finance", "12 orders worth", timeout=A_RUN)
    assert "United States" in done.text


def test_a_bot_that_was_killed_goes_on_where_it_was(demo: Demo):
    tom = demo.person("Tom Okafor")
    question = asked(tom, "#finance", "/schedule run build warehouse with seconds=8")
    tom.press("Run now", in_=question)
    tom.see("#finance", "Build warehouse is running", ephemeral=False, after=question, timeout=A_RUN)

    demo.restart_bot(kill=True)

    # Killed between posting and writing that down, it posts the card once more: at least once.
    tom.see("#finance", "Build warehouse is done", after=question, timeout=A_RUN)


def test_a_run_is_stopped_by_whoever_started_it(demo: Demo):
    tom, lena = demo.person("Tom Okafor"), demo.person("Lena Fischer")
    question = asked(tom, "#finance", "/schedule run build warehouse with seconds=300")
    tom.press("Run now", in_=question)
    card = tom.see("#finance", "Build warehouse is running", ephemeral=False, after=question, timeout=A_RUN)

    lena.press("Stop", in_=card)
    lena.see("#finance", "not stop it")
    tom.press("Stop", in_=card)

    tom.again(card, "Build warehouse was stopped by @Tom Okafor", timeout=A_RUN)


def test_health_proves_slack_airflow_and_database(demo: Demo):
    port = demo.environment["RUNBELL_HEALTH_PORT"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        assert answer.status == 200
    assert set(demo.slack.driver.broken_rules()) <= SOMEBODY_WAS_FASTER


def asked(person: Person, channel: str, text: str, containing: str = "") -> Seen:
    """The answer to what is typed, which that person alone sees: no older one, and no news of other runs."""
    before = person.messages(channel)
    person.type(channel, text)
    return person.see(channel, containing, ephemeral=True, after=before[-1] if before else None)


def _gateway(demo: Demo) -> RestAirflow:
    tokens = PasswordTokens(
        demo.airflow.url, demo.airflow.username, demo.airflow.password, clock=SystemClock()
    )
    return RestAirflow(demo.airflow.url, tokens)


def test_check_tries_every_piece_and_says_what_to_do(demo: Demo):
    found = _check(demo.environment)

    assert "✓ settings: complete" in found.stdout
    assert "✓ Slack bot token" in found.stdout
    assert "✓ Slack scopes" in found.stdout
    assert "✓ Airflow: version 3.3" in found.stdout
    assert "✓ Airflow's grants: all there" in found.stdout
    assert "✓ Database: SQLite" in found.stdout
    assert "1 other connection on the same token" in found.stdout
    assert found.returncode == 1


def test_check_names_every_setting_that_is_missing():
    found = _check({})

    assert "RUNBELL_SLACK_BOT_TOKEN is not set" in found.stdout
    assert "RUNBELL_AIRFLOW_URL is not set" in found.stdout
    assert found.returncode == 1


def test_check_says_what_to_do_about_wrong_passwords_and_servers_that_are_down(demo: Demo):
    found = _check(
        {
            **demo.environment,
            "RUNBELL_AIRFLOW_PASSWORD": "wrong",
            "RUNBELL_SLACK_API_URL": "http://127.0.0.1:1/api/",
            "RUNBELL_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
        }
    )

    assert "✗ Slack bot token" in found.stdout
    assert "✗ Airflow: " in found.stdout
    assert "✗ Database: " in found.stdout
    assert found.stdout.count("→") == 4  # with who is an admin


def test_a_second_bot_on_one_sqlite_database_is_refused(demo: Demo):
    second = _run("serve", {**demo.environment, "RUNBELL_HEALTH_PORT": "0"})

    assert second.returncode == 1
    assert "SQLite serves one process" in second.stderr


def _check(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return _run("check", environment)


def _run(command: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
