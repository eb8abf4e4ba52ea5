"""Allow and Decline: who may, once, by the same path as everything else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.blocks.ids import Button
from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood, UserError
from bot.domain.rights import Action, Role
from bot.rules.access import Asker
from bot.services.catalog import reference_of
from bot.services.projects.requesting_access import RequestingAccess
from storage.tables import access_requests
from tests.world import FINANCE, GENERAL, LENA, MAYA, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Person
    from tests.world import World


@pytest.fixture
def asking(world: World) -> RequestingAccess:
    return RequestingAccess(world.database, world.clock, world.managing)


def buttons(world: World, who: Person) -> dict[str, str]:
    """Of the last message to this person: the id that each button carries."""
    world.clock.advance(timedelta(seconds=2))  # a message a second
    world.notifier.step()
    last = [each for each in world.slack.posted if each.channel_id == f"D{who.person_id}"][-1]
    elements = [
        element
        for block in last.message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    return {each["action_id"]: each["value"] for each in elements}


def may(world: World, who: Person, action: Action = Action.SEE) -> list[str]:
    return [each.job.key.dag_id for each in world.offers(Asker(who, FINANCE), action)]


def test_a_manager_allows_it_and_the_asker_hears_what_they_can_do_now(world: World, asking: RequestingAccess):
    asking.ask(Asker(SAM, FINANCE))
    shown = buttons(world, MAYA)
    assert set(shown) == {Button.ALLOW_VIEWER, Button.ALLOW_RUNNER, Button.DECLINE_ACCESS}

    asking.allow(Asker(MAYA), shown[Button.ALLOW_RUNNER], Role.RUNNER)

    assert "sales_report" in may(world, SAM, Action.SCHEDULE)
    world.notifier.step()
    assert world.slack.texts(SAM.person_id) == ["You can now run and schedule its jobs in Finance."]
    with world.database.transaction() as tx:
        row = tx.audit.entries(TEAM, limit=1)[0]
    assert (row.person_id, row.action, row.subject) == (MAYA.person_id, "member.add", SAM.person_id)
    assert (row.before, row.after) == (None, {"project": "Finance", "role": "runner"})


def test_whoever_comes_second_is_told_who_was_first(world: World, asking: RequestingAccess):
    asking.ask(Asker(SAM, FINANCE))
    request = buttons(world, MAYA)[Button.ALLOW_VIEWER]
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.MANAGER, person_id=PRIYA.person_id)
    asking.allow(Asker(MAYA), request, Role.VIEWER)

    for again in (
        lambda: asking.allow(Asker(PRIYA), request, Role.RUNNER),
        lambda: asking.decline(Asker(PRIYA), request),
        lambda: asking.allow(Asker(MAYA), request, Role.VIEWER),
    ):
        with pytest.raises(Conflict, match="Already allowed, as a viewer, by <@U0MAYA>"):
            again()
    assert may(world, SAM, Action.RUN) == []


def test_the_buttons_disappear_for_everybody_who_was_asked(world: World, asking: RequestingAccess):
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.MANAGER, person_id=PRIYA.person_id)
    asking.ask(Asker(SAM, FINANCE))
    request = buttons(world, MAYA)[Button.DECLINE_ACCESS]
    assert world.slack.texts(PRIYA.person_id) == ["Somebody asks for access to Finance."]

    asking.decline(Asker(MAYA), request)
    for _ in range(3):
        world.clock.advance(timedelta(seconds=2))
        world.notifier.step()

    assert world.slack.texts(PRIYA.person_id) == ["Declined."]
    assert world.slack.texts(MAYA.person_id) == ["Declined."]


def test_whom_the_request_has_not_reached_hears_nothing_of_it_any_more(
    world: World, asking: RequestingAccess
):
    asking.ask(Asker(SAM, FINANCE))
    with world.database.transaction() as tx:
        request = tx.connection.execute(select(access_requests.c.request_id)).scalar_one()

    asking.decline(Asker(MAYA), request)
    for _ in range(3):
        world.clock.advance(timedelta(seconds=2))
        world.notifier.step()

    assert world.slack.texts(MAYA.person_id) == []
    assert len(world.slack.texts(SAM.person_id)) == 1


def test_a_reason_is_read_by_all_who_can_allow_it_and_a_refusals_by_whoever_asked(
    world: World, asking: RequestingAccess
):
    """The person read “Whoever manages it can tell you why”, without a name."""
    request = asking.ask(Asker(SAM, FINANCE))
    world.notifier.step()
    with pytest.raises(NotFound):
        asking.explain(Asker(LENA, FINANCE), request, "let me in")
    asking.explain(Asker(SAM), request, "I close\nthe month")
    for _ in range(3):
        world.clock.advance(timedelta(seconds=2))
        world.notifier.step()
    shown = str(world.slack.posted[0].edits[-1].blocks)
    assert "Why: I close the month" in shown
    assert Button.ALLOW_RUNNER in shown

    asking.decline(Asker(MAYA), request, "Ask Priya, she does it")
    world.notifier.step()

    told = str(world.slack.posted[-1].message.blocks)
    assert f"declined by <@{MAYA.person_id}>" in told
    assert "Why: Ask Priya, she does it" in told
    with pytest.raises(Conflict, match="has answered already"):
        asking.explain(Asker(SAM), request, "please")
    with pytest.raises(Conflict, match=f"<@{MAYA.person_id}> declined it today: Ask Priya, she does it"):
        asking.ask(Asker(SAM, FINANCE))


def test_declined_is_told_and_audited(world: World, asking: RequestingAccess):
    asking.ask(Asker(SAM, FINANCE))
    asking.decline(Asker(MAYA), buttons(world, MAYA)[Button.DECLINE_ACCESS])

    assert may(world, SAM) == []
    world.notifier.step()
    assert "declined" in world.slack.texts(SAM.person_id)[0]
    with world.database.transaction() as tx:
        assert tx.audit.entries(TEAM, limit=1)[0].action == "access.decline"


def test_a_manager_who_is_none_any_more_is_refused(world: World, asking: RequestingAccess):
    asking.ask(Asker(SAM, FINANCE))
    request = buttons(world, MAYA)[Button.ALLOW_RUNNER]
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, MAYA.person_id)

    with pytest.raises(NotFound):
        asking.allow(Asker(MAYA), request, Role.RUNNER)
    with pytest.raises(NotAllowed, match="may not manage"):
        asking.allow(Asker(TOM), request, Role.RUNNER)
    with pytest.raises(NotFound):
        asking.decline(Asker(SAM), request)
    with pytest.raises(NotAllowed):
        asking.allow(Asker(MAYA), request, Role.MANAGER)
    assert may(world, SAM) == []


def test_a_project_of_a_file_says_so_and_stays_as_it_is(world: World, asking: RequestingAccess):
    finance = world.projects["Finance"]
    asking.ask(Asker(SAM, FINANCE))
    request = buttons(world, MAYA)[Button.ALLOW_RUNNER]
    with world.database.transaction() as tx:
        setup = tx.project_setups.all(TEAM, "default")["Finance"].setup
        tx.project_setups.put(TEAM, "Finance", setup, "default", at=world.clock.now())
        assert tx.projects.get(finance).is_managed

    with pytest.raises(UserError, match="managed by a file: add `U0SAM` to its runners"):
        asking.allow(Asker(MAYA), request, Role.RUNNER)

    assert may(world, SAM) == []
    asking.ask(Asker(PRIYA, FINANCE))
    assert set(buttons(world, MAYA)) == {Button.DECLINE_ACCESS}


def test_who_may_look_asks_for_more_and_keeps_the_rest(world: World, asking: RequestingAccess):
    (offer, *_) = world.offers(Asker(LENA, FINANCE))
    asking.ask_for_more(Asker(LENA, FINANCE), reference_of(offer))
    shown = buttons(world, MAYA)
    assert set(shown) == {Button.ALLOW_RUNNER, Button.DECLINE_ACCESS}

    asking.allow(Asker(MAYA), shown[Button.ALLOW_RUNNER], Role.RUNNER)

    assert "sales_report" in may(world, LENA, Action.RUN)
    with world.database.transaction() as tx:
        assert tx.audit.entries(TEAM, limit=1)[0].before == {"project": "Finance", "role": "viewer"}
    with pytest.raises(Conflict, match="already"):
        asking.ask_for_more(Asker(LENA, FINANCE), reference_of(offer))


def test_no_role_is_offered_where_none_would_help(world: World, asking: RequestingAccess):
    with world.database.transaction() as tx:
        tx.shares.add(
            world.projects["Finance"], "default", [Action.SEE], at=world.clock.now(), dag_id="payroll"
        )
    offer = next(each for each in world.offers(Asker(TOM, FINANCE)) if each.job.title == "Payroll")

    asking.ask_for_more(Asker(TOM, FINANCE), reference_of(offer))

    assert set(buttons(world, MAYA)) == {Button.DECLINE_ACCESS}


def asked_where_there_is_no_project(world: World, asking: RequestingAccess) -> dict[str, str]:
    """What Lena, an admin, is shown."""
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, LENA.person_id, "admin")
    asking.ask(Asker(SAM, GENERAL))
    shown = buttons(world, LENA)
    assert set(shown) == {Button.ALLOW_SOMEWHERE, Button.DECLINE_ACCESS}
    return shown


def test_where_there_is_no_project_an_admin_says_in_which(world: World, asking: RequestingAccess):
    request = asked_where_there_is_no_project(world, asking)[Button.ALLOW_SOMEWHERE]
    hr, finance = world.projects["HR"], world.projects["Finance"]

    assert asking.to_allow(Asker(LENA), request).person_id == SAM.person_id
    for somebody_else in (MAYA, TOM, SAM):
        with pytest.raises(NotFound):
            asking.to_allow(Asker(somebody_else), request)
        with pytest.raises(NotFound):
            asking.allow(Asker(somebody_else), request, Role.RUNNER, project_id=finance)
    with pytest.raises(NotUnderstood, match="In which project"):
        asking.allow(Asker(LENA), request, Role.RUNNER)
    with pytest.raises(NotFound):
        asking.allow(Asker(LENA), request, Role.RUNNER, project_id=12345)
    world.managing.archive(Asker(LENA), hr)
    with pytest.raises(NotFound):
        asking.allow(Asker(LENA), request, Role.RUNNER, project_id=hr)
    assert may(world, SAM) == []

    asking.allow(Asker(LENA), request, Role.RUNNER, project_id=finance)

    assert "sales_report" in may(world, SAM, Action.RUN)
    for _ in range(3):
        world.clock.advance(timedelta(seconds=2))
        world.notifier.step()
    assert world.slack.texts(SAM.person_id) == ["You can now run and schedule its jobs in Finance."]
    assert world.slack.texts(LENA.person_id)[-1] == "Allowed."
    with pytest.raises(Conflict, match="Already allowed"):
        asking.to_allow(Asker(LENA), request)


def test_which_project_is_asked_for_does_not_move_a_request_that_names_one(
    world: World, asking: RequestingAccess
):
    asking.ask(Asker(SAM, FINANCE))
    request = buttons(world, MAYA)[Button.ALLOW_RUNNER]

    asking.allow(Asker(MAYA), request, Role.RUNNER, project_id=world.projects["HR"])

    assert "sales_report" in may(world, SAM, Action.RUN)
    with world.database.transaction() as tx:
        assert SAM.person_id not in {
            each.slack_id for each in tx.project_setups.all(TEAM, "default")["HR"].setup.members
        }


def test_where_there_is_no_project_an_admin_may_decline(world: World, asking: RequestingAccess):
    shown = asked_where_there_is_no_project(world, asking)

    with pytest.raises(NotFound):
        asking.decline(Asker(MAYA), shown[Button.DECLINE_ACCESS])
    asking.decline(Asker(LENA), shown[Button.DECLINE_ACCESS])


def test_an_admin_may_give_themselves_a_role_and_the_audit_says_so(world: World, asking: RequestingAccess):
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "admin")
        tx.projects.remove_member(world.projects["Finance"], TEAM, MAYA.person_id)
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.VIEWER, person_id=SAM.person_id)
    offer = next(each for each in world.offers(Asker(SAM, FINANCE)) if each.job.title == "Sales report")
    assert may(world, SAM, Action.RUN) == []

    asking.ask_for_more(Asker(SAM, FINANCE), reference_of(offer))
    asking.allow(Asker(SAM), buttons(world, SAM)[Button.ALLOW_RUNNER], Role.RUNNER)

    assert "sales_report" in may(world, SAM, Action.RUN)
    with world.database.transaction() as tx:
        row = tx.audit.entries(TEAM, limit=1)[0]
    assert (row.person_id, row.subject, row.after["role"]) == ("U0SAM", "U0SAM", "runner")
