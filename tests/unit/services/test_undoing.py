"""What was taken away from a project comes back by Undo, within a day, to whoever took it and still may."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotFound
from bot.domain.project_setup import Shared, Who
from bot.domain.rights import Action, Role
from bot.rules import project_edits
from bot.rules.access import Asker
from bot.rules.bringing_back_setups import bring_back
from tests.house import ALEX
from tests.world import FINANCE, LENA, MAYA, TEAM, TOM, World

if TYPE_CHECKING:
    from bot.domain.entry import Entry
    from bot.domain.project_setup import ProjectSetup
    from bot.rules.project_edits import Edit

pytestmark = pytest.mark.both_databases
ME = Asker(MAYA)


def setup(world: World) -> ProjectSetup:
    return world.managing.project(ME, world.projects["Finance"]).setup


def take(world: World, edit: Edit) -> Entry:
    began = world.clock.now()
    world.managing.edit(ME, world.projects["Finance"], edit)
    found = world.undoing.latest(ME, world.projects["Finance"], since=began)
    assert found is not None
    return found


def undo(world: World, entry: Entry, asker: Asker = ME) -> None:
    found = world.undoing.entry(asker, str(entry.audit_id))
    world.managing.edit(asker, world.projects["Finance"], bring_back(found))


def test_a_person_comes_back_in_the_role_that_they_had(world: World):
    entry = take(world, project_edits.remove_member(Who(TOM.person_id)))
    assert Who(TOM.person_id) not in setup(world).members

    undo(world, entry)

    assert setup(world).members[Who(TOM.person_id)] is Role.RUNNER
    with pytest.raises(Conflict, match="again already"):
        undo(world, entry)


def test_a_share_comes_back_with_its_actions_and_people_though_only_admins_may_give_new_ones(world: World):
    some = Shared("sales_report", is_tag=False, only=(Who(LENA.person_id), Who(TOM.person_id)))
    allowed = frozenset({Action.SEE, Action.RUN})
    world.managing.edit(
        ME, world.projects["Finance"], lambda _tx, _who, _id, kept: kept.with_share(some, allowed)
    )
    before = dict(setup(world).shares)

    for each in before:
        entry = take(world, project_edits.unshare(each))
        assert each not in setup(world).shares
        undo(world, entry)

    assert setup(world).shares == before


def test_what_somebody_else_has_changed_since_is_not_undone(world: World):
    (shared,) = [each for each in setup(world).shares if each.name == "finance"]
    narrower = Shared("finance", is_tag=True, only=(Who(TOM.person_id),))
    entry = take(world, project_edits.unshare(shared))
    with world.database.transaction() as tx:
        tx.directory.keep_people([ALEX], at=world.clock.now())
        tx.directory.give_workspace_role(TEAM, ALEX.person_id, "admin")
    admin, project_id = Asker(ALEX), world.projects["Finance"]
    world.managing.edit(admin, project_id, project_edits.share(narrower, frozenset({Action.SEE})))

    with pytest.raises(Conflict, match="Somebody else has changed that since"):
        undo(world, entry)

    assert shared not in setup(world).shares


def test_only_who_took_it_gives_it_back_and_only_while_they_manage_the_project(world: World):
    entry = take(world, project_edits.remove_member(Who(TOM.person_id)))
    for other in (LENA, TOM):
        with pytest.raises(NotFound):
            undo(world, entry, Asker(other))

    own = take(world, project_edits.remove_member(Who(MAYA.person_id)))
    for each in (entry, own):
        with pytest.raises(NotFound):
            undo(world, each)


def test_after_a_day_it_is_too_late_and_made_up_references_are_nothing(world: World):
    entry = take(world, project_edits.remove_member(Who(TOM.person_id)))
    for made_up in ("", "0", "-1", "9" * 30, "x", str(entry.audit_id + 1)):
        with pytest.raises(NotFound):
            world.undoing.entry(ME, made_up)

    world.clock.advance(timedelta(days=1, seconds=1))

    with pytest.raises(Conflict, match="over a day ago"):
        undo(world, entry)


def test_a_channel_comes_back_as_slack_has_it_now(world: World):
    entry = take(world, project_edits.unmap_channel(FINANCE))

    facts = world.channels.look(ME, entry.subject)
    world.managing.edit(ME, world.projects["Finance"], bring_back(entry, facts))

    assert FINANCE in setup(world).channels
