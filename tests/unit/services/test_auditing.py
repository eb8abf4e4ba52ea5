"""The audit, read: everything by admins and auditors, their own projects by managers, nothing by others."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from bot.blocks.admin.audit import DID
from bot.domain.errors import NotAllowed, Rejected
from bot.domain.project_setup import Who
from bot.domain.rights import Role
from bot.rules import project_edits
from bot.rules.access import Asker
from bot.services.projects.auditing import REFUSED, Auditing, Sought
from tests.manifest import ROOT
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
    return Auditing(world.database, world.clock, world.slack)


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
    rows = list(csv.DictReader(io.StringIO(content)))
    assert (person_id, name) == (MAYA.person_id, "runbell-audit-2026-03-02.csv")
    assert "2 entries" in message
    assert [row["subject"] for row in rows] == [SAM.person_id, "'=HYPERLINK()"]
    assert (rows[1]["person"], rows[1]["allowed"], rows[1]["project"]) == ("Lena", "no", "Finance")
    assert rows[0]["after"] == '{"project": "Finance", "role": "viewer"}'
    assert actions(auditing, Asker(SAM), Sought())[0] == "audit.export"


def test_without_the_scopes_it_says_which_are_missing(world: World, auditing: Auditing):
    world.slack.fail_next(Rejected("Slack", "missing_scope", "missing_scope"))

    with pytest.raises(NotAllowed, match="files:write"):
        auditing.export(Asker(MAYA), Sought())


def test_every_action_has_words():
    rooms = (ROOT / "bot" / "services", ROOT / "bot" / "rules")
    sources = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    written = re.compile(r'"((?:schedule|access|away|run|job|member|share|project|channel)\.[a-z_]+)"')
    actions = {action for source in sources for action in written.findall(source)}

    assert {"schedule.create", "member.add"} <= actions
    assert actions <= DID.keys()
