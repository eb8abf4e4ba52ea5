"""The audit, read: everything by admins and auditors, their own projects by managers, nothing by others."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.blocks.admin.audit_sentence import DID, sentence
from bot.domain.entry import COUNTED, Entry, EntryNames
from bot.domain.errors import NotAllowed, Rejected
from bot.domain.job import JobKey, JobSettings
from bot.domain.project_setup import Who
from bot.domain.rights import Role
from bot.rules import input_edits, project_edits
from bot.rules.access import Asker
from bot.services.projects.auditing import REFUSED, Auditing, Sought
from storage.tables import job_settings
from tests.manifest import ROOT
from tests.params import an_input
from tests.world import FINANCE, HR, LENA, MAYA, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def auditing(world: World) -> Auditing:
    now = world.clock.now()
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "auditor")
        tx.audit.add(PRIYA, "member.add", "U0X", at=now, project_id=world.projects["HR"])
        tx.audit.add(
            LENA, "run.stop", "=HYPERLINK()", at=now, project_id=world.projects["Finance"],
            channel_id=FINANCE, allowed=False,
        )  # fmt: skip
    edit = project_edits.put_members([Who(SAM.person_id)], Role.VIEWER)
    world.managing.edit(Asker(MAYA, FINANCE), world.projects["Finance"], edit)
    return world.services().auditing


def actions(auditing: Auditing, who: Asker, sought: Sought, **more: int) -> list[str]:
    return [each.action for each in auditing.entries(who, sought, limit=50, **more).entries]


def test_each_reads_what_concerns_them(world: World, auditing: Auditing):
    assert actions(auditing, Asker(SAM), Sought()) == ["member.add", "run.stop", "member.add"]
    assert actions(auditing, Asker(MAYA), Sought()) == ["member.add", "run.stop"]
    for who in (Asker(TOM), Asker(PRIYA, HR)):
        with pytest.raises(NotAllowed):
            auditing.entries(who, Sought(), limit=5)
    with pytest.raises(NotAllowed):
        auditing.entries(Asker(MAYA), Sought(project_id=world.projects["HR"]), limit=5)


def test_it_is_narrowed_down_and_paged(auditing: Auditing):
    sam = Asker(SAM)
    assert actions(auditing, sam, Sought(kind="Runs")) == ["run.stop"]
    assert actions(auditing, sam, Sought(kind=REFUSED)) == ["run.stop"]
    assert actions(auditing, sam, Sought(person_id=PRIYA.person_id)) == ["member.add"]
    (newest,) = auditing.entries(sam, Sought(), limit=1).entries
    assert len(actions(auditing, sam, Sought(), before=newest.audit_id)) == 2


def test_it_is_taken_along_as_a_file_in_which_no_cell_is_a_formula(world: World, auditing: Auditing):
    assert auditing.export(Asker(MAYA), Sought()) == 2

    (person_id, name, content, message) = world.slack.files[0]
    assert content.startswith("\ufeff")  # Excel reads other letters than ours without it
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert (person_id, name) == (MAYA.person_id, "runbell-audit-2026-03-02.csv")
    assert "2 entries" in message
    assert "local_time in Europe/Berlin" in message
    assert (rows[0]["at"][:16], rows[0]["local_time"]) == ("2026-03-02T07:56", "2026-03-02 08:56:00")
    assert [row["subject"] for row in rows] == [SAM.person_id, "'=HYPERLINK()"]
    assert [row["subject_name"] for row in rows] == ["Sam", ""]
    assert (rows[1]["person"], rows[1]["allowed"], rows[1]["project"]) == ("Lena", "no", "Finance")
    assert rows[0]["after"] == '{"project": "Finance", "role": "viewer"}'
    assert actions(auditing, Asker(SAM), Sought())[0] == "audit.export"


def test_without_the_scopes_it_says_which_are_missing(world: World, auditing: Auditing):
    world.slack.fail_next(Rejected("Slack", "missing_scope", "missing_scope"))

    with pytest.raises(NotAllowed, match="files:write"):
        auditing.export(Asker(MAYA), Sought())


def sentences(world: World) -> list[str]:
    """What the page says, oldest first, without the moments."""
    found = world.services().auditing.entries(Asker(MAYA), Sought(), limit=50)
    said = [sentence(each, found.names) for each in reversed(found.entries)]
    return [re.sub(r"<!date[^>]*>", "<then>", each).removeprefix("<then> ") for each in said]


def test_what_is_done_is_told_in_sentences_with_titles_and_before_and_after(world: World):
    schedule = world.schedule("every day at 9am")
    maya = Asker(MAYA, FINANCE)
    world.scheduling.pause(maya, schedule.schedule_id, until=world.clock.now() + timedelta(days=3))
    world.scheduling.resume(maya, schedule.schedule_id)
    world.adjusting.skip_next(maya, schedule.schedule_id)
    world.taking_over.transfer(maya, schedule.schedule_id, MAYA.person_id)
    world.scheduling.delete(maya, schedule.schedule_id)
    world.managing.edit(
        maya, world.projects["Finance"], project_edits.put_members([Who("U0TOM")], Role.VIEWER)
    )

    made = "reports to: <#C0FINANCE>; every day at 09:00 (Berlin time)"
    role = "can run and schedule → can look"
    assert sentences(world) == [
        f"<@U0TOM> scheduled *Sales report* (#1) in *Finance*: {made}",
        "<@U0MAYA> paused *Sales report* (#1) in *Finance* from <#C0FINANCE>: active → paused until <then>",
        "<@U0MAYA> resumed *Sales report* (#1) in *Finance* from <#C0FINANCE>: paused → active",
        "<@U0MAYA> skipped a run of *Sales report* (#1) in *Finance* from <#C0FINANCE>: <then>",
        "<@U0MAYA> gave away *Sales report* (#1) in *Finance* from <#C0FINANCE>: owner: <@U0TOM> → <@U0MAYA>",
        "<@U0MAYA> deleted *Sales report* (#1) in *Finance* from <#C0FINANCE>",
        f"<@U0MAYA> changed what <@U0TOM> may do in *Finance* from <#C0FINANCE>: {role}",
    ]


def test_a_run_is_named_by_its_job_and_its_time(world: World):
    world.run_now()
    world.step()
    with world.database.transaction() as tx:
        (run,) = tx.runs.open(world.airflow.deployment, due_before=world.clock.now(), limit=5)
    world.running.stop(Asker(MAYA), run.run_key)

    assert sentences(world)[-1] == "<@U0MAYA> stopped *Sales report* (the run of <then>) in *Finance*"


def test_inputs_are_named_by_their_titles(world: World):
    """Also one that the project hides, and those that a preset sets; one that is gone keeps its name."""
    sales = JobKey(world.airflow.deployment, "sales_report")
    region = an_input("emea", name="region", type="string", title="Region")
    rows = an_input(9, name="rows", type="integer", title="How many orders")
    with world.database.transaction() as tx:
        tx.jobs.keep_inputs({sales: (region, rows)})
        job = tx.jobs.get(sales)
    assert job is not None
    maya, finance = Asker(MAYA, FINANCE), world.projects["Finance"]
    world.managing.edit(maya, finance, input_edits.set_input(job, "rows", hidden=True))
    preset = JobSettings(presets={"Month end": {"region": "emea", "old_one": 1}}, hidden=frozenset({"rows"}))
    world.managing.edit(maya, finance, project_edits.set_job(job, preset))

    hid, kept = sentences(world)
    assert hid.endswith(": hidden: none → How many orders")
    assert kept.endswith(": presets: none → Month end (old_one, Region)")


def test_a_refusal_says_what_was_wanted(world: World):
    services = world.services()
    with pytest.raises(NotAllowed) as refused:
        world.draft(LENA, when="every day at 9am")
    services.denials.note(TEAM, LENA.person_id, FINANCE, door="command", on="", error=refused.value)

    assert sentences(world)[-1].startswith(
        "<@U0LENA> :no_entry: was refused: schedule *Sales report* in *Finance*"
    )


def test_a_title_is_the_projects_own_and_never_another_projects(world: World):
    world.schedule("every day at 9am")
    with world.database.transaction() as tx:
        for name, title in (("Finance", "Sales, as Finance calls it"), ("HR", "Sales, as HR calls it")):
            tx.connection.execute(
                job_settings.insert().values(
                    project_id=world.projects[name], deployment=world.airflow.deployment,
                    dag_id="sales_report", title=title, description="", presets={}, hidden=[], fixed={},
                    asks_first=True,
                )
            )  # fmt: skip

    assert "scheduled *Sales, as Finance calls it* (#1)" in sentences(world)[0]


@pytest.mark.parametrize("action", sorted(DID))
def test_every_kind_of_entry_is_a_sentence(action: str):
    """Also with facts that another version of Runbell wrote: no id of ours, no machine word."""
    subjects = {"schedule": "#3 import_orders", "share": "job import_orders", "run": "runbell__0d4"}
    kind = action.partition(".")[0]
    facts = {"state": "active", "role": "unheard of", "missed": "latest", "grace_seconds": None, "asked": []}
    entry = Entry(
        1, datetime(2026, 3, 2, tzinfo=UTC), TEAM, "U0MAYA", FINANCE, action,
        subjects.get(kind, "import_orders"), 1, True, facts,
        {**facts, "state": "paused", "grace_seconds": 600, "job": "import_orders"},
    )  # fmt: skip

    said = sentence(entry, EntryNames({1: "Finance"}, {(1, "import_orders"): "Import orders"}))

    assert said.startswith("<!date^")
    assert "<@U0MAYA>" in said
    assert action not in said
    assert "{it}" not in said
    assert "grace_seconds" not in said
    if entry.dag_id:
        assert "Import orders" in said


def test_every_action_has_words():
    """Every action that anything writes: a word with a dot, outside of log lines."""
    rooms = (ROOT / "bot" / "services", ROOT / "bot" / "rules")
    written = re.compile(r'(?<!log\.info\()(?<!log\.warning\()(?<!log\.exception\()"([a-z_]+\.[a-z_]+)"')
    found = {
        action
        for room in rooms
        for path in room.rglob("*.py")
        for action in written.findall(path.read_text())
    }
    actions = found | {f"schedule.{state}" for state in ("active", "paused")}

    assert {"schedule.create", "member.add", "reports_to.change", "incident.mute"} <= actions
    assert actions | {COUNTED} == DID.keys()
