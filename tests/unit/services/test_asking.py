"""Ask for access: who hears it, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotAllowed
from bot.rules.access import Asker
from bot.services.projects.requesting_access import RequestingAccess
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from tests.world import World


def ask(world: World, who: Person, where: str) -> None:
    RequestingAccess(world.database, world.clock, world.managing).ask(Asker(who, where))


def heard(world: World, who: Person) -> list[str]:
    world.notifier.step()
    return world.slack.texts(who.person_id)


def make_admin(world: World, who: Person) -> None:
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, who.person_id, "admin")


def test_the_channels_managers_hear_it(world: World):
    make_admin(world, LENA)

    ask(world, SAM, FINANCE)

    assert heard(world, MAYA) == ["Somebody asks for access to Finance."]
    assert heard(world, TOM) == heard(world, LENA) == []


@pytest.mark.parametrize("where", [GENERAL, "", HR])
def test_where_nobody_manages_the_admins_hear_it(world: World, where: str):
    make_admin(world, LENA)

    ask(world, SAM, where)

    (told,) = heard(world, LENA)
    assert told.startswith("Somebody asks for access")


def test_it_is_told_once_a_day_and_audited(world: World):
    ask(world, SAM, FINANCE)
    with pytest.raises(Conflict, match="asked today"):
        ask(world, SAM, FINANCE)

    assert len(heard(world, MAYA)) == 1
    with world.database.transaction() as tx:
        (row,) = tx.audit.entries(TEAM, limit=5)
    assert (row.person_id, row.action, row.subject, row.channel_id) == (
        SAM.person_id,
        "access.ask",
        "Finance",
        FINANCE,
    )


def test_who_has_jobs_here_need_not_ask(world: World):
    with pytest.raises(Conflict, match="already"):
        ask(world, LENA, FINANCE)
    assert heard(world, MAYA) == []


def test_nobody_to_ask_and_nobody_who_may_ask(world: World):
    with pytest.raises(NotAllowed, match="no admin"):
        ask(world, SAM, GENERAL)
    with pytest.raises(NotAllowed):
        ask(world, replace(SAM, is_deactivated=True), FINANCE)
