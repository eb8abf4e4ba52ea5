"""Failures that nobody claims: another place hears of them, or PagerDuty, which rings once for each."""

from __future__ import annotations

import json
import threading
from collections import deque
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import NotUnderstood, Rejected, Unavailable
from bot.domain.escalation import Escalation, PagerEvent, Signal
from bot.domain.job import Job, JobKey
from bot.domain.project import Channel, Place
from bot.domain.project_setup import ChannelFacts
from bot.gateways.pagerduty import PagerDuty
from bot.rules import project_edits
from bot.rules.access import Asker
from bot.workers.escalator import Escalator
from tests.world import FINANCE, MAYA, PRIYA, SAM, TEAM, TOM, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.slack import Posted

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)
ON_CALL = "C0ONCALL"
KEY = "R0UTINGKEY123456"


class Server:
    """Answers as PagerDuty does, but for the answers that a test has arranged."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.answers: deque[tuple[int, dict[str, str]]] = deque()
        server = self

        class Answer(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.heard.append(body)
                status, headers = server.answers.popleft() if server.answers else (202, {})
                written = json.dumps({"status": "success", "routing_key": body["routing_key"]}).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v2/enqueue"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def actions(self) -> list[str]:
        return [each["event_action"] for each in self.heard]


@pytest.fixture
def pagerduty() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def escalator(world: World, server: Server | None = None) -> Escalator:
    url = server.url if server else "http://127.0.0.1:9/none"
    return Escalator(
        world.database,
        world.clock,
        PagerDuty(url, {"on-call": KEY}),
        {world.airflow.deployment: world.airflow},
    )


def escalate_after(world: World, minutes: int = 15, place_id: str = "", pager: str = "") -> None:
    """Finance's manager sets it, beside a second channel."""
    world.slack.add_channels(ChannelFacts(ON_CALL, "on-call"))
    with world.database.transaction() as tx:
        tx.channels.map(Channel(TEAM, ON_CALL, "on-call", world.projects["Finance"]), at=world.clock.now())
    wanted = project_edits.settings(
        tz="Europe/Berlin",
        reports_to=FINANCE,
        asked=[],
        tells_changes=False,
        escalation=Escalation(minutes, place_id, pager),
    )
    world.managing.edit(Asker(MAYA), world.projects["Finance"], wanted)


def fail(world: World) -> None:
    world.run_now(dag_id="import_orders", fail="once")
    world.go_on(timedelta(seconds=30))


def aloud(world: World, place_id: str) -> list[Posted]:
    places = {place_id, f"D{place_id}"}
    return [each for each in world.slack.posted if each.channel_id in places and each.thread_ts is None]


def go_on(world: World, worker: Escalator, span: timedelta = MINUTE) -> None:
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(timedelta(seconds=5))
        worker.step()
        world.step()


def incident_id(world: World, place_id: str = FINANCE) -> str:
    with world.database.transaction() as tx:
        return tx.incidents.begun_since(_place(place_id), world.clock.now() - 60 * MINUTE)[-1].incident_id


def _place(place_id: str) -> Place:
    return Place(TEAM, place_id)


@pytest.mark.slow
def test_a_failure_that_nobody_claims_is_heard_in_another_channel_and_claimed_there(world: World):
    escalate_after(world, 15, ON_CALL)
    worker = escalator(world)
    fail(world)
    world.clock.advance(14 * MINUTE)
    go_on(world, worker, timedelta(seconds=20))
    assert aloud(world, ON_CALL) == []
    world.clock.advance(MINUTE)

    go_on(world, worker)

    (told,) = aloud(world, ON_CALL)
    assert "Import orders failed" in told.text
    assert "Nobody had claimed it" in str(told.message.blocks)
    world.incidents.claim(Asker(TOM), incident_id(world, ON_CALL))
    go_on(world, worker)
    for place_id in (ON_CALL, FINANCE):
        posted = [each for each in world.slack.posted if each.channel_id == place_id]
        edited = [each.edits[-1].blocks for each in posted if each.edits]
        assert f"Claimed by <@{TOM.person_id}>" in str(edited)
    world.incidents.retry(Asker(TOM), incident_id(world, ON_CALL))
    go_on(world, worker)
    assert "back to normal" in str([each.text for each in world.slack.posted if each.channel_id == ON_CALL])
    assert len(aloud(world, ON_CALL)) == 1


@pytest.mark.slow
def test_a_claim_that_is_released_begins_the_time_anew_and_is_escalated_once_more(
    world: World, pagerduty: Server
):
    escalate_after(world, 15, ON_CALL, "on-call")
    worker = escalator(world, pagerduty)
    fail(world)
    world.clock.advance(15 * MINUTE)
    go_on(world, worker)
    world.incidents.claim(Asker(TOM), incident_id(world))
    go_on(world, worker)
    assert pagerduty.actions() == ["trigger", "acknowledge"]
    world.incidents.release(Asker(TOM), incident_id(world))
    world.clock.advance(13 * MINUTE)
    go_on(world, worker)
    assert len(aloud(world, ON_CALL)) == 1
    assert pagerduty.actions() == ["trigger", "acknowledge"], "nobody has claimed it for less than 15 min"
    world.clock.advance(2 * MINUTE)

    go_on(world, worker)

    _, again = aloud(world, ON_CALL)
    assert "Import orders failed" in again.text
    assert pagerduty.actions() == ["trigger", "acknowledge", "trigger"]
    assert len({each["dedup_key"] for each in pagerduty.heard}) == 2, "the first may be closed there"
    world.incidents.retry(Asker(TOM), incident_id(world))
    go_on(world, worker)
    assert pagerduty.actions()[3:] == ["resolve", "resolve"]


@pytest.mark.slow
@pytest.mark.parametrize("first", ["claim", "mute"])
def test_what_somebody_has_claimed_or_muted_is_not_escalated(world: World, first: str):
    escalate_after(world, 15, ON_CALL)
    fail(world)
    if first == "claim":
        world.incidents.claim(Asker(TOM), incident_id(world))
    else:
        world.incidents.mute_for_a_while(Asker(TOM), incident_id(world))
    world.clock.advance(20 * MINUTE)

    go_on(world, escalator(world))

    assert aloud(world, ON_CALL) == []


@pytest.mark.slow
def test_a_person_who_may_not_see_the_job_learns_nothing_and_a_manager_hears_instead(world: World):
    escalate_after(world, 5, PRIYA.person_id)
    fail(world)
    world.clock.advance(6 * MINUTE)

    go_on(world, escalator(world))

    assert aloud(world, PRIYA.person_id) == []
    (told,) = aloud(world, MAYA.person_id)
    assert "Import orders failed" in told.text


@pytest.mark.slow
def test_pagerduty_is_told_of_the_failure_the_claim_and_the_recovery_with_one_key(
    world: World, pagerduty: Server
):
    escalate_after(world, 5, pager="on-call")
    worker = escalator(world, pagerduty)
    fail(world)
    world.clock.advance(6 * MINUTE)
    go_on(world, worker)
    assert pagerduty.actions() == ["trigger"]
    world.incidents.claim(Asker(TOM), incident_id(world))
    go_on(world, worker)
    world.incidents.retry(Asker(TOM), incident_id(world))
    go_on(world, worker)

    assert pagerduty.actions() == ["trigger", "acknowledge", "resolve"]
    assert len({each["dedup_key"] for each in pagerduty.heard}) == 1
    assert {each["routing_key"] for each in pagerduty.heard} == {KEY}
    payload = pagerduty.heard[0]["payload"]
    assert payload["summary"] == "Import orders failed, and nobody has claimed it"
    told = [payload[each] for each in ("severity", "group", "component")]
    assert told == ["error", "Finance", "import_orders"]
    assert pagerduty.heard[0]["links"][0]["href"].startswith("http")
    assert "refused" not in str(pagerduty.heard), "errors may be private"


def test_two_processes_page_once_for_a_failure_in_a_channel_and_a_direct_message(
    world: World, pagerduty: Server
):
    escalate_after(world, 5, pager="on-call")
    world.schedule("every day at 9am", dag_id="import_orders", fail="always")
    world.go_to(world.clock.now() + 5 * MINUTE)
    world.clock.advance(6 * MINUTE)
    one, other = escalator(world, pagerduty), escalator(world, pagerduty)
    together = [threading.Thread(target=each.step) for each in (one, other)]
    for each in together:
        each.start()
    for each in together:
        each.join(30)

    for _ in range(5):
        world.clock.advance(timedelta(seconds=5))
        one.step()
        other.step()

    assert pagerduty.actions() == ["trigger"]


@pytest.mark.slow
@pytest.mark.parametrize("answer", [(429, {"Retry-After": "20"}), (500, {}), (503, {})])
def test_a_pager_that_is_busy_is_told_again_later_with_the_same_key(
    world: World, pagerduty: Server, answer: tuple[int, dict[str, str]]
):
    escalate_after(world, 5, pager="on-call")
    pagerduty.answers.extend([answer, answer])
    fail(world)
    world.clock.advance(6 * MINUTE)

    go_on(world, escalator(world, pagerduty), 2 * MINUTE)

    assert pagerduty.actions() == ["trigger"] * 3
    assert len({each["dedup_key"] for each in pagerduty.heard}) == 1


@pytest.mark.slow
def test_a_lost_answer_is_followed_by_the_claim_though_nothing_was_confirmed(world: World, pagerduty: Server):
    escalate_after(world, 5, pager="on-call")
    pagerduty.answers.append((500, {}))
    worker = escalator(world, pagerduty)
    fail(world)
    world.clock.advance(6 * MINUTE)
    worker.step()
    world.incidents.claim(Asker(TOM), incident_id(world))

    go_on(world, worker)

    assert pagerduty.actions() == ["trigger", "acknowledge"]


@pytest.mark.slow
@pytest.mark.parametrize("status", [400, 403, 302])
def test_what_pagerduty_rejects_is_told_to_admins_once_and_without_the_key(
    world: World, pagerduty: Server, status: int, capsys: pytest.CaptureFixture[str]
):
    escalate_after(world, 5, pager="on-call")
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "admin")
    pagerduty.answers.append((status, {"Location": pagerduty.url}))
    fail(world)
    world.clock.advance(6 * MINUTE)

    go_on(world, escalator(world, pagerduty), 2 * MINUTE)

    (told,) = world.slack.texts(SAM.person_id)
    assert told == (
        f"PagerDuty answered {status}, so nobody is paged for failures in Finance (routing key on-call)."
    )
    assert pagerduty.actions() == ["trigger"]
    assert KEY not in str(world.slack.posted) + capsys.readouterr().out


@pytest.mark.slow
def test_a_pager_that_hangs_is_asked_once_in_a_step(world: World, pagerduty: Server):
    """Each answer is waited for, and what other places are to hear of waits behind all of them."""
    escalate_after(world, 5, pager="on-call")
    for number in range(3):
        key = JobKey(world.airflow.deployment, f"load_{number}")
        job = Job(key, f"Load {number}", tags=frozenset({"finance"}))
        world.airflow.add(job, takes=timedelta(seconds=2), fails=lambda _conf, _try: "3 orders were refused")
    world.catalogue.step()
    for number in range(3):
        world.run_now(dag_id=f"load_{number}")
    world.go_on(timedelta(seconds=40))
    world.clock.advance(6 * MINUTE)
    worker = escalator(world, pagerduty)
    pagerduty.answers.extend([(503, {})] * 2)

    worker.step()
    assert pagerduty.actions() == ["trigger"]

    go_on(world, worker)
    assert pagerduty.actions() == ["trigger"] * 5
    assert len({each["dedup_key"] for each in pagerduty.heard}) == 3


@pytest.mark.slow
def test_a_pager_that_is_away_is_told_of_to_admins_and_rings_once_it_is_back(world: World, pagerduty: Server):
    escalate_after(world, 5, pager="on-call")
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "admin")
    fail(world)
    world.clock.advance(6 * MINUTE)
    away = escalator(world)
    for _ in range(15):
        away.step()
        world.step()
        world.clock.advance(MINUTE)
    assert world.slack.texts(SAM.person_id) == [
        (
            "PagerDuty has not answered for some minutes, so nobody is paged for failures in Finance "
            "(routing key on-call)."
        )
    ]

    go_on(world, escalator(world, pagerduty), 2 * MINUTE)

    assert pagerduty.actions() == ["trigger"]


@pytest.mark.slow
def test_a_name_without_a_routing_key_is_told_to_admins(world: World, pagerduty: Server):
    escalate_after(world, 5, pager="gone")
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "admin")
    fail(world)
    world.clock.advance(6 * MINUTE)

    go_on(world, escalator(world, pagerduty))

    assert "has no such key here" in world.slack.texts(SAM.person_id)[0]
    assert pagerduty.heard == []


def test_what_is_raised_repeats_no_routing_key(pagerduty: Server):
    pagerduty.answers.append((400, {}))
    event = PagerEvent(Signal.TRIGGER, "k", summary="x" * 5000)
    with pytest.raises(Rejected) as rejected:
        PagerDuty(pagerduty.url, {"on-call": KEY}).send("on-call", event)
    with pytest.raises(Unavailable) as away:
        PagerDuty("http://127.0.0.1:9/", {"on-call": KEY}).send("on-call", event)

    assert KEY not in f"{rejected.value!r} {away.value!r} {away.value.__cause__!r}"
    assert len(pagerduty.heard[0]["payload"]["summary"]) == 1024


def test_a_manager_sets_it_and_the_audit_has_it(world: World):
    escalate_after(world, 20, ON_CALL, "on-call")

    kept = world.managing.project(Asker(MAYA), world.projects["Finance"])

    assert kept.setup.escalation == Escalation(20, ON_CALL, "on-call")
    with world.database.transaction() as tx:
        changed = [each for each in tx.audit.entries(TEAM, limit=9) if each.action == "escalation.change"]
    assert [dict(each.after or {}) for each in changed] == [
        {"escalation": f"after 20 min, {ON_CALL} and PagerDuty (on-call)"}
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("", "", ON_CALL, ""), "escalates_after"),
        (("soon", "", ON_CALL, ""), "escalates_after"),
        (("0", "", ON_CALL, ""), "escalates_after"),
        (("1441", "", ON_CALL, ""), "escalates_after"),
        (("15", "U1", "C1", ""), "escalates_to"),
        (("15", "", "", ""), "escalates_in"),
        (("15", "", "", "nobodys"), "pager"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_at_its_field(given: tuple[str, str, str, str], field: str):
    minutes, person_id, channel_id, pager = given
    with pytest.raises(NotUnderstood) as refused:
        project_edits.escalation_of(
            minutes, person_id=person_id, channel_id=channel_id, pager=pager, pagers=["on-call"]
        )
    assert refused.value.field == field


def test_a_channel_of_another_project_is_refused(world: World):
    with pytest.raises(NotUnderstood) as refused:
        escalate_after(world, 5, "C0PEOPLE")
    assert refused.value.field == "escalates_in"
