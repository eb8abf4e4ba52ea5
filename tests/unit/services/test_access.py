"""Rights read from the tables: who sees what, from where, and what one decision costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.job import JobKey
from bot.domain.ports import UserGroup
from bot.domain.rights import Action, Role
from bot.rules.access import Access, Asker
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, PRIYA, SAM, TEAM, TOM, person

if TYPE_CHECKING:
    from bot.domain.project import Person
    from tests.world import World

ALEX = person("alex")
SALES, PAYROLL = JobKey("default", "sales_report"), JobKey("default", "payroll")
FINANCE_JOBS = ["Build warehouse", "Import orders", "Nightly cleanup", "Sales report"]


def titles(world: World, who: Person, channel_id: str = GENERAL, action: Action = Action.SEE) -> list[str]:
    return [offer.job.title for offer in world.offers(Asker(who, channel_id), action)]


def make_admin(world: World, role: str = "admin") -> None:
    with world.database.transaction() as tx:
        tx.directory.keep_people([ALEX], at=world.clock.now())
        tx.directory.give_workspace_role(TEAM, ALEX.person_id, role)


def test_one_sees_what_is_shared_with_ones_projects_and_nothing_else(world: World):
    assert titles(world, TOM) == titles(world, LENA) == FINANCE_JOBS
    assert titles(world, PRIYA) == ["Payroll"]
    assert titles(world, SAM) == []


def test_a_mapped_channel_only_narrows(world: World):
    assert titles(world, TOM, FINANCE) == FINANCE_JOBS
    assert titles(world, TOM, HR) == []
    assert titles(world, PRIYA, FINANCE) == []


def test_a_role_is_the_most_one_may_do(world: World):
    assert titles(world, LENA, action=Action.RUN) == []
    assert titles(world, TOM, action=Action.PAUSE) == []
    assert titles(world, MAYA, action=Action.PAUSE) == FINANCE_JOBS


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_admins_and_auditors_see_everything_and_run_nothing(world: World, role: str):
    make_admin(world, role)

    assert titles(world, ALEX) == sorted([*FINANCE_JOBS, "Payroll"])
    assert titles(world, ALEX, HR) == ["Payroll"]
    assert titles(world, ALEX, action=Action.RUN) == []


def test_what_one_may_not_see_is_not_found_and_what_one_may_not_do_is_refused(world: World):
    make_admin(world)
    finance = world.projects["Finance"]
    with world.database.transaction() as tx:
        with pytest.raises(NotFound):
            Access(tx, PRIYA).require(Action.SEE, finance, SALES)
        with pytest.raises(NotFound):
            Access(tx, TOM).require(Action.SEE, finance, JobKey("default", "no_such_dag"))
        with pytest.raises(NotAllowed, match="<@U0MAYA> can allow it"):
            Access(tx, LENA).require(Action.RUN, finance, SALES)
        with pytest.raises(NotAllowed):
            Access(tx, ALEX).require(Action.RUN, finance, SALES)


def test_a_user_group_gives_its_members_the_role_and_takes_it_back(world: World):
    now = world.clock.now()
    group = UserGroup("S1", "helpers", "Helpers", frozenset({SAM.person_id}))
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, group_id="S1")
        tx.directory.keep_groups(TEAM, [group], at=now)
    assert titles(world, SAM, action=Action.RUN) == FINANCE_JOBS

    with world.database.transaction() as tx:
        tx.directory.keep_groups(TEAM, [], at=now)
    assert titles(world, SAM) == []


def test_a_job_shared_with_one_person_is_hidden_from_their_colleagues(world: World):
    now = world.clock.now()
    with world.database.transaction() as tx:
        tx.shares.add(
            world.projects["Finance"], "default", [Action.RUN], at=now, dag_id="payroll",
            only=[{"person_id": TOM.person_id}], workspace_id=TEAM,
        )  # fmt: skip

    assert "Payroll" in titles(world, TOM)
    assert "Payroll" not in titles(world, MAYA)
    (offer,) = (each for each in world.offers(Asker(TOM, FINANCE)) if each.job.key == PAYROLL)
    assert [place.channel_id for place, _ in world.drafting.places(Asker(TOM, FINANCE), offer)] == [
        TOM.person_id
    ]


def test_one_decision_costs_few_queries(world: World):
    queries = []
    event.listen(world.database._engine, "before_cursor_execute", lambda *call: queries.append(call[2]))

    with world.database.transaction() as tx:
        queries.clear()
        Access(tx, TOM).require(Action.SCHEDULE, world.projects["Finance"], SALES)

    assert len(queries) <= 3
