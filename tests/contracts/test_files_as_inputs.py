"""A file for a job: chosen in the form, fetched from Slack, handed to the job as an address for one run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import urllib3

from bot.domain.errors import FileMissing, Rejected, Unavailable
from bot.domain.kept_file import ChosenFile, FetchedFile
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_files import NOT_GIVEN
from bot.health import Health
from bot.health_server import HealthServer
from bot.rules.access import Asker
from bot.services.files import Files
from bot.workers.housekeeper import Housekeeper
from storage.tables import metadata
from tests.latest import latest_run
from tests.params import an_input
from tests.world import FILES, FINANCE, MAYA, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from bot.domain.run import AirflowRun
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.both_databases
ORDERS = an_input(
    None, name="orders", type="string", format="file", contentMediaType="text/csv", title="Orders file"
)
MAY_BE_LEFT = an_input(
    None,
    name="orders",
    type=["null", "string"],
    format="file",
    extensions=["csv", ".txt"],
    title="Orders file",
)
FRIDAY_AT_FOUR = datetime(2026, 3, 6, 15, tzinfo=UTC)
CONTENT = b"order,amount\n4711,12.50\n"


@pytest.fixture(autouse=True)
def takes_a_file(world: World) -> None:
    world.airflow.change("import_orders", inputs=(ORDERS,))
    world.catalogue.step()


@pytest.fixture
def served(world: World) -> Iterator[HealthServer]:
    """Runbell's own port, over HTTP."""
    health = Health(world.database, world.slack, world.airflow, [])
    server = HealthServer(health, "127.0.0.1", 0, Files(world.database, world.clock, FILES).served)
    server.start()
    yield server
    server.stop()


def form(tom: Person, typed: str = "run import orders") -> Modal:
    tom.type("#finance", f"/schedule {typed}")
    return tom.open_modal("Schedule a job")


def previewed(world: World, tom: Person, opened: Modal, when: str = "") -> Modal:
    """Attach the file, preview, and wait until it has come from Slack, as somebody does who reads."""
    opened.attach("Orders file", "orders.csv", CONTENT)
    if when:
        opened.fill("When", when)
    opened.submit()
    preview = tom.open_modal("Is this right?")
    world.clock.before_moving()
    return preview


def given(world: World) -> dict[str, Any]:
    """What Airflow was given with the only run of the job."""
    (call,) = world.airflow.calls_of("start")
    return dict(world.airflow.run(*call.arguments[:2]).conf)


def pass_until(world: World, due_at: datetime) -> None:
    """Let the loops step only around the moment."""
    world.clock.advance(due_at - timedelta(minutes=2) - world.clock.now())
    world.go_on(timedelta(minutes=3))


def at(server: HealthServer, address: str, method: str = "GET") -> urllib3.BaseHTTPResponse:
    assert address.startswith(FILES.url)
    return urllib3.request(method, server.address + address.removeprefix(FILES.url), retries=False)


def test_a_job_reads_the_file_that_was_chosen_in_the_form(world: World, tom: Person, served: HealthServer):
    preview = previewed(world, tom, form(tom))
    assert "Orders file: orders.csv" in preview.text
    preview.submit()
    tom.open_modal("On its way").close()
    world.step()

    address = given(world)["orders"]

    assert "/orders.csv?until=" in address
    answer = at(served, address)
    assert (answer.status, answer.data) == (200, CONTENT)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Python" not in answer.headers["Server"]


def test_whoever_asks_for_its_headers_gets_those_of_the_file(world: World, tom: Person, served: HealthServer):
    """What fetches over HTTP often asks so first: for the size, or whether the file is there."""
    previewed(world, tom, form(tom)).submit()
    tom.open_modal("On its way").close()
    world.step()
    address = given(world)["orders"]

    asked, fetched = at(served, address, "HEAD"), at(served, address)
    assert (asked.status, asked.data) == (200, b"")
    assert asked.headers["Content-Length"] == str(len(CONTENT))
    assert {**asked.headers, "Date": ""} == {**fetched.headers, "Date": ""}
    gone = at(served, address.partition("?")[0], "HEAD")
    assert (gone.status, gone.data) == (404, b"")
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        refused = at(served, address, method)
        assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")


def test_nobody_reads_it_at_another_address_or_when_its_time_has_passed(
    world: World, tom: Person, served: HealthServer
):
    previewed(world, tom, form(tom)).submit()
    tom.open_modal("On its way").close()
    world.step()
    address = given(world)["orders"]
    file, _, query = address.partition("?")
    until = int(query.split("&")[0].removeprefix("until="))

    for false in (
        file,
        f"{file}?until={until}",
        f"{address[:-1]}{'0' if address[-1] != '0' else '1'}",
        address.replace(f"until={until}", f"until={until + 1}"),
        address.replace(f"until={until}", "until=²"),
        address.replace(f"until={until}", f"until={'9' * 5000}"),
        address.replace("sig=", "sig=é"),
        f"{FILES.url}/files/{'0' * 32}/orders.csv?{query}",
    ):
        assert at(served, false).status == 404, false

    world.clock.advance(timedelta(hours=23, minutes=59))
    assert at(served, address).status == 200
    world.clock.advance(timedelta(minutes=2))
    assert at(served, address).status == 410


def test_a_file_is_deleted_once_no_job_may_fetch_it(world: World, tom: Person):
    previewed(world, tom, form(tom)).submit()
    tom.open_modal("On its way").close()
    world.step()
    housekeeper = Housekeeper(world.database, world.clock, "here")

    world.clock.advance(timedelta(hours=23))
    housekeeper.step()
    assert kept(world) == 1
    world.clock.advance(timedelta(hours=2))
    housekeeper.step()
    assert kept(world) == 0


def kept(world: World) -> int:
    with world.database.transaction() as tx:
        return len(tx.connection.execute(metadata.tables["files"].select()).all())


def test_what_is_kept_can_be_read_by_nobody_without_the_key(world: World, tom: Person):
    previewed(world, tom, form(tom))

    with world.database.transaction() as tx:
        (row,) = tx.connection.execute(metadata.tables["files"].select()).all()
    assert row.content
    assert b"4711" not in row.content


def test_the_address_stands_in_no_message_and_no_table(
    world: World, tom: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    previewed(world, tom, form(tom)).submit()
    tom.open_modal("On its way").close()
    start, refusals = world.airflow.start, [1, 2]

    def repeating(dag_id: str, run_id: str, **how: Any) -> AirflowRun:
        """As servers do that quote what they were sent."""
        if refusals:
            refusals.pop()
            raise Unavailable("Airflow", f"no answer to {how['conf']}", not_done=True)
        return start(dag_id, run_id, **how)

    monkeypatch.setattr(world.airflow, "start", repeating)
    world.go_on(timedelta(minutes=1))
    assert "sig=" in given(world)["orders"]

    shown = [(each.message, each.edits) for each in world.slack.posted]
    with world.database.transaction() as tx:
        tables = [tx.connection.execute(each.select()).all() for each in metadata.sorted_tables]
    assert "orders.csv" in str(shown)
    for told in (str(shown), str(tables), caplog.text):
        assert "sig=" not in told


def test_a_run_planned_for_a_single_time_has_its_file_then(world: World, tom: Person, served: HealthServer):
    preview = previewed(world, tom, form(tom, "import orders"), "on Friday at 4pm")
    preview.submit()
    tom.open_modal("Scheduled").close()
    pass_until(world, FRIDAY_AT_FOUR)

    assert at(served, given(world)["orders"]).data == CONTENT


def test_a_run_with_a_file_that_is_taken_back_after_an_answer_was_lost_cannot_come_later(
    world: World, tom: Person
):
    """Its id is occupied in Airflow, which takes the input only as an address."""
    previewed(world, tom, form(tom, "import orders"), "on Friday at 4pm").submit()
    tom.open_modal("Scheduled").close()
    (listed,) = world.scheduling.listed(Asker(TOM))
    world.clock.advance(FRIDAY_AT_FOUR - timedelta(seconds=30) - world.clock.now())
    world.airflow.fail_next(Unavailable("Airflow", "it did not answer"))
    world.dispatcher.step()
    (run_id,) = world.starts("import_orders")
    assert world.airflow.run("import_orders", run_id) is None

    world.scheduling.delete(Asker(TOM), listed.schedule.schedule_id)
    world.dispatcher.step()

    occupied = world.airflow.run("import_orders", run_id)
    assert occupied is not None
    assert occupied.conf["orders"].startswith(FILES.url)


def test_what_repeats_takes_no_file_and_says_so_where_the_time_stands(tom: Person):
    opened = form(tom, "import orders")
    opened.attach("Orders file", "orders.csv", CONTENT)
    opened.fill("When", "every friday at 4pm")
    opened.submit()

    assert "A file is for one run" in opened.error("When")
    opened.fill("When", "on friday at 4pm")
    opened.submit()
    tom.open_modal("Is this right?")


def test_a_schedule_that_is_changed_keeps_its_file_until_another_is_chosen(
    world: World, tom: Person, served: HealthServer
):
    previewed(world, tom, form(tom, "import orders"), "on Friday at 4pm").submit()
    tom.open_modal("Scheduled").close()
    (listed,) = world.scheduling.listed(Asker(TOM))
    tom.type("#finance", f"/schedule edit {listed.schedule.number}")
    opened = tom.open_modal(f"Change schedule #{listed.schedule.number}")
    assert "Left alone, it stays orders.csv." in opened.text

    opened.fill("When", "on Saturday at 4pm")
    opened.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("Changed").close()
    pass_until(world, FRIDAY_AT_FOUR + timedelta(days=1))

    assert at(served, given(world)["orders"]).data == CONTENT


def test_a_changed_schedule_that_would_repeat_is_refused_with_its_file(world: World, tom: Person):
    previewed(world, tom, form(tom, "import orders"), "on Friday at 4pm").submit()
    tom.open_modal("Scheduled").close()
    (listed,) = world.scheduling.listed(Asker(TOM))

    tom.type("#finance", f"/schedule edit {listed.schedule.number} every friday at 4pm")

    tom.see("#finance", "A file is for one run")


def test_a_file_of_another_type_is_refused_at_its_field(world: World, tom: Person):
    world.airflow.change(
        "import_orders",
        inputs=(replace(ORDERS, schema={**ORDERS.schema, "contentMediaType": "application/x-parquet"}),),
    )
    world.catalogue.step()
    opened = form(tom)
    opened.attach("Orders file", "orders.csv", CONTENT)
    opened.submit()

    assert "takes a file of type application/x-parquet" in opened.error("Orders file")


def test_a_file_that_is_too_large_is_refused_at_its_field(tom: Person):
    opened = form(tom)
    opened.attach("Orders file", "orders.csv", b"x" * 1025)
    opened.submit()

    assert "“orders.csv” is larger than 1 kB" in opened.error("Orders file")


def test_more_than_may_be_kept_at_once_is_refused_with_what_to_do(world: World, tom: Person):
    for _ in range(3):
        opened = form(tom)
        opened.attach("Orders file", "orders.csv", b"x" * 1024)
        opened.submit()
        tom.open_modal("Is this right?").close(everything=True)
    opened = form(tom)
    opened.attach("Orders file", "orders.csv", CONTENT)
    opened.submit()

    assert "too many files are kept. Try again in an hour" in opened.error("Orders file")
    world.clock.advance(timedelta(hours=2))
    Housekeeper(world.database, world.clock, "here").step()
    opened.submit()
    tom.open_modal("Is this right?")


def test_a_file_that_is_typed_is_asked_for_in_the_form(tom: Person):
    opened = form(tom, "run import orders with orders=orders.csv")

    assert "“Orders file” takes a file: choose it in the form." in opened.text
    assert opened.value("Orders file") == ""


def test_a_needed_file_is_asked_for_and_one_that_may_be_left_is_not(world: World, tom: Person):
    opened = form(tom)
    assert "a file ending in .csv, of up to" in opened.text
    opened.submit()
    assert opened.error("Orders file")
    opened.close()

    world.airflow.change("import_orders", inputs=(MAY_BE_LEFT,))
    world.catalogue.step()
    opened = form(tom, "import orders")
    opened.fill("When", "on friday at 4pm")
    opened.submit()
    assert "Orders file" not in tom.open_modal("Is this right?").text


def test_what_slack_does_not_give_is_said_before_anything_runs(
    world: World, tom: Person, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object, **__: object) -> None:
        raise Rejected("Slack", "it did not give the file (302)", NOT_GIVEN)

    monkeypatch.setattr(SlackGateway, "fetch_file", refuse)
    opened = form(tom)
    opened.attach("Orders file", "orders.csv", CONTENT)
    opened.submit()
    preview = tom.open_modal("Is this right?")
    world.clock.before_moving()
    preview.submit()

    told = tom.open_modal("There is no file yet")
    assert "Slack did not give us “orders.csv”. Choose it again." in told.text
    told.close()
    assert tom.open_modal("Schedule a job").value("Orders file") == "orders.csv"
    world.step()
    assert world.airflow.calls_of("start") == []


def test_the_same_file_cannot_be_run_with_again_once_it_is_gone(world: World, tom: Person):
    previewed(world, tom, form(tom)).submit()
    tom.open_modal("On its way").close()
    world.go_on(timedelta(minutes=5))
    world.clock.advance(timedelta(hours=25))
    world.step()

    key = world.airflow.job("import_orders").key
    with world.database.transaction() as tx:
        run = latest_run(tx, world.projects["Finance"], key)
    with pytest.raises(FileMissing) as refusal:
        world.drafting.propose_again(Asker(MAYA), run.run_key)
    assert "“orders.csv” is no longer kept" in refusal.value.message


def test_no_preset_and_no_last_run_brings_a_file_back(world: World, slack: RunningWorkspace, tom: Person):
    previewed(world, tom, form(tom)).submit()
    tom.open_modal("On its way").close()
    world.go_on(timedelta(minutes=1))

    assert "Preset" not in form(tom).labels
    tom.open_modal("Schedule a job").close()
    maya = slack.driver.as_person("Maya Chen")
    assert "Save as preset" not in previewed(world, maya, form(maya)).text


def test_anothers_file_is_not_given_to_a_job(world: World):
    """A forged form may name the id of any file that the app can read."""
    world.slack.given_files["F0MAYAS"] = ("U0MAYA", FetchedFile("salaries.csv", "text/csv", b"secret"))
    files = world.services().files
    offer = next(each for each in world.offers(Asker(TOM, FINANCE)) if each.job.key.dag_id == "import_orders")
    values, coming = files.expect(TOM, offer.job, {"orders": ChosenFile("F0MAYAS", "salaries.csv")})
    files.fetching(world.slack, TOM, coming)()

    with world.database.transaction() as tx:
        (row,) = tx.connection.execute(metadata.tables["files"].select()).all()
    assert row.content is None
    assert "Slack did not give us" in row.trouble
    assert "secret" not in json.dumps(values)


@pytest.fixture
def no_address(world: World) -> None:
    """Whoever runs Runbell has not said where Airflow reaches it."""
    limits = replace(FILES, url="", why_not="RUNBELL_FILES_URL")
    world.files = Files(world.database, world.clock, limits)  # type: ignore[attr-defined]  # as services finds it


@pytest.mark.usefixtures("no_address")
def test_without_an_address_the_form_says_what_whoever_runs_it_sets(world: World, tom: Person):
    opened = form(tom)

    assert "Runbell takes none yet. Whoever runs it can set RUNBELL_FILES_URL" in opened.text
    assert "Orders file" not in opened.labels
    opened.submit()
    tom.open_modal("That did not work")
    assert world.airflow.calls_of("start") == []
