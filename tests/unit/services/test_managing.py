"""Projects managed in Slack: who may, what is checked, and what follows from a change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.job import JobKey, JobSettings
from bot.domain.project_setup import ChannelFacts, Shared, Who
from bot.domain.rights import Action, Role
from bot.domain.schedule import ScheduleState
from bot.rules import project_edits
from bot.rules.access import Asker
from bot.services.room import MOST_AT_AIRFLOW
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, PRIYA, SAM, TEAM, TOM, person

if TYPE_CHECKING:
    from bot.domain.project import Person
    from bot.domain.project_setup import KeptProject
    from bot.rules.project_edits import Edit
    from tests.world import World

ALEX = person("alex")
AUDREY = person("audrey")
NEW = ChannelFacts("C0REPORTS", "reports")


@pytest.fixture
def office(world: World) -> World:
    """Where Alex is an admin and Audrey an auditor."""
    with world.database.transaction() as tx:
        tx.directory.keep_people([ALEX, AUDREY], at=world.clock.now())
        tx.directory.give_workspace_role(TEAM, ALEX.person_id, "admin")
        tx.directory.give_workspace_role(TEAM, AUDREY.person_id, "auditor")
    return world


def edit(world: World, who: Person, change: Edit, project: str = "Finance") -> list[int]:
    """The numbers of the schedules that it suspended."""
    lost = world.managing.edit(Asker(who), world.projects[project], change)
    return [each.number for each in lost]


def kept(world: World, project: str = "Finance") -> KeptProject:
    return world.managing.project(Asker(ALEX), world.projects[project])


# Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [TOM, LENA, PRIYA, SAM])
def test_who_does_not_manage_it_is_told_nothing_of_it(office: World, who: Person):
    for project_id in (office.projects["Finance"], 987654):
        with pytest.raises(NotFound) as refusal:
            office.managing.edit(Asker(who), project_id, project_edits.remove_member(Who(TOM.person_id)))
        assert "Finance" not in refusal.value.message
        with pytest.raises(NotFound):
            office.managing.project(Asker(who), project_id)
        with pytest.raises(NotFound):
            office.sharing.targets(Asker(who), project_id)

    assert Who(TOM.person_id) in kept(office).setup.members


def test_an_auditor_looks_at_everything_and_changes_nothing(office: World):
    project_id = office.projects["Finance"]
    looked_at = office.managing.project(Asker(AUDREY), project_id)

    assert [each.name for each in office.managing.desk(Asker(AUDREY)).projects] == ["Finance", "HR"]
    assert not looked_at.is_changeable
    assert looked_at.setup == kept(office).setup
    with pytest.raises(NotFound):
        edit(office, AUDREY, project_edits.remove_member(Who(TOM.person_id)))
    with pytest.raises(NotFound):
        office.managing.to_manage(Asker(AUDREY), project_id)
    with pytest.raises(NotFound):
        office.sharing.suggestions(Asker(AUDREY), project_id)


def test_a_bot_or_somebody_who_has_left_is_no_admin(office: World):
    with office.database.transaction() as tx:
        tx.directory.keep_people([person("robot", is_bot=True)], at=office.clock.now())
    wanted = {"admin": frozenset({ALEX.person_id, "U0ROBOT"}), "auditor": frozenset()}
    with pytest.raises(NotUnderstood) as refusal:
        office.managing.set_workspace_roles(Asker(ALEX), wanted)
    assert refusal.value.field == "admins"


def test_a_manager_manages_their_own_and_an_admin_all(office: World):
    assert [each.name for each in office.managing.desk(Asker(MAYA)).projects] == ["Finance"]
    assert [each.name for each in office.managing.desk(Asker(ALEX)).projects] == ["Finance", "HR"]
    with pytest.raises(NotFound):
        edit(office, MAYA, project_edits.put_members([Who(MAYA.person_id)], Role.MANAGER), "HR")


def test_only_admins_make_archive_and_appoint(office: World):
    asker = Asker(MAYA)
    for attempt in (
        lambda: office.managing.create(asker, "Mine", "UTC"),
        lambda: office.managing.archive(asker, office.projects["Finance"]),
        lambda: office.managing.restore(asker, office.projects["Finance"]),
        lambda: office.managing.workspace_roles(asker),
        lambda: office.managing.set_workspace_roles(
            asker, {"admin": frozenset({MAYA.person_id}), "auditor": frozenset()}
        ),
    ):
        with pytest.raises(NotAllowed, match="Only an admin"):
            attempt()


def test_there_is_always_an_admin_who_can_act(office: World):
    with office.database.transaction() as tx:
        tx.directory.keep_people([person("gone", is_deactivated=True)], at=office.clock.now())
    for admins in (frozenset(), frozenset({"U0GONE"})):
        with pytest.raises(NotUnderstood, match="at least one admin"):
            office.managing.set_workspace_roles(Asker(ALEX), {"admin": admins, "auditor": frozenset()})

    wanted = {"admin": frozenset({MAYA.person_id}), "auditor": frozenset({SAM.person_id})}
    office.managing.set_workspace_roles(Asker(ALEX), wanted)

    assert not office.managing.is_admin(Asker(ALEX))
    with office.database.transaction() as tx:
        assert tx.project_setups.workspace_roles(TEAM) == wanted


# Shares: managers pass on, admins give ------------------------------------------------------------------


def test_a_manager_shares_no_more_than_the_project_has(office: World):
    only = (Who(TOM.person_id),)
    new = Shared("payroll", is_tag=False)
    with pytest.raises(NotAllowed, match="does not have yet"):
        edit(office, MAYA, project_edits.share(new, frozenset({Action.SEE})))
    edit(office, ALEX, project_edits.share(new, frozenset({Action.RUN})))
    with pytest.raises(NotAllowed, match="schedule"):
        edit(office, MAYA, project_edits.share(new, frozenset(Action), instead_of=new))

    named = Shared("payroll", is_tag=False, only=only)
    edit(office, MAYA, project_edits.share(named, frozenset({Action.RUN}), instead_of=new))

    assert kept(office).setup.shares[named] == {Action.RUN}


def test_a_share_needs_something_to_do_and_somebody(office: World):
    shared = Shared("payroll", is_tag=False)
    for wrong, actions, field in (
        (shared, frozenset(), "actions"),
        (Shared("payroll", is_tag=False, only=()), frozenset({Action.RUN}), "only"),
    ):
        with pytest.raises(NotUnderstood) as refusal:
            project_edits.share(wrong, actions)
        assert refusal.value.field == field
    for stranger in (Who("U0ROBOT"), Who("S0NOBODY", is_group=True)):
        alone = Shared("payroll", is_tag=False, only=(stranger,))
        with pytest.raises(NotUnderstood):
            edit(office, ALEX, project_edits.share(alone, frozenset({Action.RUN})))


def test_two_who_change_one_share_do_not_overwrite_each_other(office: World):
    shared = Shared("finance", is_tag=True)
    narrower = Shared("finance", is_tag=True, only=(Who(TOM.person_id),))
    edit(office, ALEX, project_edits.share(narrower, frozenset({Action.RUN}), instead_of=shared))

    with pytest.raises(Conflict, match="just changed"):
        edit(office, MAYA, project_edits.share(shared, frozenset({Action.SEE}), instead_of=shared))


def test_several_shares_are_made_together_or_none_is(office: World):
    new, taken = Shared("payroll", is_tag=False), Shared("finance", is_tag=True)
    with pytest.raises(Conflict, match="already"):
        edit(office, ALEX, project_edits.share_together([new, taken], frozenset(Action)))
    assert new not in kept(office).setup.shares
    with office.database.transaction() as tx:
        assert not tx.audit.entries(TEAM, kinds=["share"], limit=9)

    others = [new, Shared("stock", is_tag=True)]
    edit(office, ALEX, project_edits.share_together(others, frozenset(Action)))

    assert {kept(office).setup.shares[each] for each in others} == {frozenset(Action)}


def test_whoever_asks_is_the_one_whose_rights_count(office: World):
    """One edit, asked for by two people: it holds nobody's rights itself."""
    new = Shared("payroll", is_tag=False)
    sharing = project_edits.share(new, frozenset({Action.SEE}))

    with pytest.raises(NotAllowed):
        edit(office, MAYA, sharing)
    edit(office, ALEX, sharing)
    assert new in kept(office).setup.shares


# What follows -------------------------------------------------------------------------------------------


def test_who_is_taken_away_has_their_schedules_suspended_and_a_rehearsal_changes_nothing(office: World):
    number = office.schedule("every day at 9am").number
    gone = project_edits.remove_member(Who(TOM.person_id))
    project_id = office.projects["Finance"]

    rehearsed = office.managing.would_suspend(Asker(MAYA), project_id, gone)
    assert [each.number for each in rehearsed] == [number]
    assert Who(TOM.person_id) in kept(office).setup.members

    assert edit(office, MAYA, gone) == [number]
    office.notifier.step()
    assert any("suspended" in each for each in office.slack.texts(TOM.person_id))
    assert any("suspended" in each for each in office.slack.texts(MAYA.person_id))
    with office.database.transaction() as tx:
        (schedule,) = tx.schedules.of_projects([project_id])
        assert schedule.state is ScheduleState.SUSPENDED
        entry = tx.audit.entries(TEAM, kinds=["member"], limit=1)[0]
    assert (entry.person_id, entry.action, entry.subject) == (MAYA.person_id, "member.remove", TOM.person_id)
    assert entry.before == {"project": "Finance", "role": "runner"}
    assert entry.project_id == project_id


def test_a_channel_is_introduced_once_and_belongs_to_one_project(office: World):
    edit(office, MAYA, project_edits.map_channel(NEW))
    edit(office, MAYA, project_edits.map_channel(NEW))
    office.slack.known_channels.append(NEW)
    office.slack._channels.add(NEW.channel_id)
    office.notifier.step()
    assert len(office.slack.texts(NEW.channel_id)) == 1

    with pytest.raises(Conflict) as known:
        edit(office, ALEX, project_edits.map_channel(NEW), "HR")
    assert "Finance" in known.value.message
    with office.database.transaction() as tx:
        tx.projects.add_member(office.projects["HR"], TEAM, Role.MANAGER, person_id=SAM.person_id)
    with pytest.raises(Conflict) as unknown:
        edit(office, SAM, project_edits.map_channel(NEW), "HR")
    assert "Finance" not in unknown.value.message


def test_a_channel_that_is_taken_away_hears_no_more(office: World):
    schedule = office.schedule("every day at 9am")
    edit(office, MAYA, project_edits.unmap_channel(FINANCE))

    with office.database.transaction() as tx:
        moved = tx.schedules.get(schedule.schedule_id)
    assert moved is not None
    assert moved.place.channel_id == TOM.person_id
    assert kept(office).setup.reports_to is None


def test_an_archived_project_gives_no_right_and_comes_back(office: World):
    office.schedule("every day at 9am")
    project_id = office.projects["Finance"]
    assert len(office.managing.archive(Asker(ALEX), project_id)) == 1
    assert office.offers(Asker(TOM)) == []
    with pytest.raises(Conflict, match="archived"):
        edit(office, ALEX, project_edits.put_members([Who(SAM.person_id)], Role.VIEWER))
    with pytest.raises(NotAllowed, match="manage no project"):
        office.managing.desk(Asker(MAYA))

    office.managing.restore(Asker(ALEX), project_id)

    assert office.offers(Asker(TOM)) != []


def test_what_a_file_owns_is_not_changed_in_slack(office: World):
    finance = kept(office)
    with office.database.transaction() as tx:
        tx.project_setups.put(TEAM, "Finance", finance.setup, "default", at=office.clock.now(), by_file=True)

    with pytest.raises(Conflict, match="managed by a file"):
        edit(office, MAYA, project_edits.remove_member(Who(TOM.person_id)))
    assert kept(office).setup == finance.setup


def test_a_project_is_renamed_with_its_settings(office: World):
    project_id = office.projects["Finance"]
    wanted = project_edits.settings(
        tz="Europe/London", reports_to=None, asked=[MAYA.person_id], tells_changes=True
    )
    with pytest.raises(NotUnderstood) as taken:
        office.managing.edit(Asker(MAYA), project_id, wanted, name="HR")
    assert taken.value.field == "name"

    office.managing.edit(Asker(MAYA), project_id, wanted, name="Money")

    found = kept(office)
    assert (found.name, found.setup.tz, found.setup.reports_to) == ("Money", "Europe/London", None)
    assert (found.setup.asked, found.setup.tells_changes) == (frozenset({MAYA.person_id}), True)
    with pytest.raises(NotUnderstood) as wrong:
        edit(
            office,
            MAYA,
            project_edits.settings(tz="Mars/Olympus", reports_to=None, asked=[], tells_changes=True),
        )
    assert wrong.value.field == "time_zone"
    with pytest.raises(NotUnderstood) as elsewhere:
        edit(office, MAYA, project_edits.settings(tz="UTC", reports_to=HR, asked=[], tells_changes=True))
    assert elsewhere.value.field == "reports_to"


# How a project shows and limits a job -------------------------------------------------------------------


def set_job(world: World, **settings: Any) -> None:
    job = world.sharing.job(Asker(MAYA), world.projects["Finance"], "sales_report")
    edit(world, MAYA, project_edits.set_job(job, JobSettings(**settings)))


def test_a_fixed_input_is_what_airflow_gets_whatever_was_asked_before(office: World):
    office.run_now(region="us", rows=7)
    set_job(office, fixed={"region": "emea"}, hidden=frozenset({"rows"}))
    office.step()
    (offer,) = [each for each in office.offers(Asker(TOM)) if each.job.key.dag_id == "sales_report"]
    assert {each.name for each in offer.job.inputs}.isdisjoint({"region", "rows"})

    (started,) = office.airflow.calls_of("start")
    assert started.arguments[3] == {"region": "emea"}


def test_a_title_is_the_projects_own(office: World):
    set_job(office, title="Sales of the month")
    office.run_now()
    office.step()
    office.step()

    titles = [each.job.title for each in office.offers(Asker(TOM))]
    assert "Sales of the month" in titles
    assert any("Sales of the month" in each for each in office.slack.texts(FINANCE))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"hidden": frozenset({"rows"}), "fixed": {"rows": 5}}, "hidden"),
        ({"presets": {"A": {"rows": 5}}, "fixed": {"rows": 5}}, "presets"),
        ({"title": "x" * 151}, "title"),
    ],
)
def test_settings_that_contradict_each_other_are_told(office: World, settings: dict[str, object], field: str):
    with pytest.raises(NotUnderstood) as refusal:
        set_job(office, **settings)
    assert refusal.value.field == field


def test_a_jobs_settings_do_not_wait_for_an_airflow_that_is_down(office: World):
    with office.airflow.outage():
        set_job(office, title="Sales of the month")
        with office.database.transaction() as tx:
            tx.jobs.keep_inputs({JobKey("default", "sales_report"): ()})
        job = office.sharing.job(Asker(MAYA), office.projects["Finance"], "sales_report")

    assert job.inputs == ()
    again = office.sharing.job(Asker(MAYA), office.projects["Finance"], "sales_report")
    assert {"region", "rows"} <= {each.name for each in again.inputs}


def test_a_job_that_the_project_does_not_have_has_no_settings(office: World):
    with pytest.raises(NotFound):
        office.sharing.job(Asker(MAYA), office.projects["Finance"], "payroll")


# Suggestions --------------------------------------------------------------------------------------------


def test_airflow_suggests_by_tag_owner_and_role_and_grants_nothing(office: World):
    office.airflow.known_roles = {"hr": frozenset({"sales_report"}), "other": frozenset({"payroll"})}
    found = office.sharing.suggestions(Asker(ALEX), office.projects["HR"])

    assert [each.because for each in found] == ["Airflow's role HR may use them"]
    assert found[0].shares == (Shared("sales_report", is_tag=False),)
    assert office.sharing.suggestions(Asker(MAYA), office.projects["Finance"]) == []
    has = office.sharing.jobs(Asker(ALEX), office.projects["HR"])
    assert [each.key.dag_id for each in has] == ["payroll"]


# Channels as Slack has them -----------------------------------------------------------------------------


def test_a_private_channel_is_mapped_only_by_who_is_in_it(office: World):
    secret = ChannelFacts("C0SECRET", "secret", is_private=True)
    office.slack.known_channels.append(secret)
    with pytest.raises(NotUnderstood) as outside:
        office.channels.look(Asker(MAYA), "C0SECRET")
    with pytest.raises(NotUnderstood) as nothing:
        office.channels.look(Asker(MAYA), "C0NOWHERE")
    assert outside.value.message == nothing.value.message

    office.slack.in_channels["C0SECRET"] = {MAYA.person_id}

    assert office.channels.look(Asker(MAYA), "C0SECRET") == secret
    office.slack.known_channels.append(ChannelFacts("C0OLD", "old", is_archived=True))
    with pytest.raises(NotUnderstood, match="archived"):
        office.channels.look(Asker(MAYA), "C0OLD")


def test_a_channel_is_followed_when_it_is_renamed_archived_and_back(office: World):
    schedule = office.schedule("every day at 9am")
    office.slack.known_channels = [ChannelFacts(FINANCE, "money", is_shared=True)]
    office.channels.follow(TEAM, FINANCE)
    assert kept(office).setup.channels[FINANCE] == ChannelFacts(FINANCE, "money", is_shared=True)

    office.slack.known_channels = []
    office.channels.follow(TEAM, FINANCE)
    office.channels.follow(TEAM, GENERAL)

    assert kept(office).setup.channels[FINANCE].is_archived
    with office.database.transaction() as tx:
        moved = tx.schedules.get(schedule.schedule_id)
        assert moved is not None
        assert moved.place.channel_id == TOM.person_id
        followed = tx.audit.entries(TEAM, kinds=["channel"], limit=9)
    assert [each.person_id for each in followed] == ["slack", "slack"]

    office.channels.follow_all(TEAM, {FINANCE: ChannelFacts(FINANCE, "money")})
    assert not kept(office).setup.channels[FINANCE].is_archived


def test_a_private_channels_name_is_in_no_audit(office: World):
    edit(office, MAYA, project_edits.map_channel(ChannelFacts("C0SECRET", "merger", is_private=True)))
    renamed = {"C0SECRET": ChannelFacts("C0SECRET", "takeover", is_private=True)}
    office.channels.follow_all(TEAM, renamed)

    with office.database.transaction() as tx:
        entries = tx.audit.entries(TEAM, kinds=["channel"], limit=9)
    assert [each.action for each in entries] == ["channel.follow", "channel.map"]
    assert not [each for each in entries if "merger" in str(each) or "takeover" in str(each)]
    (offer,) = [each for each in office.offers(Asker(TOM)) if each.job.key.dag_id == "sales_report"]
    assert "private channel C0SECRET" in [name for _, name in office.drafting.places(Asker(TOM), offer)]


def test_a_channels_new_id_is_known_everywhere(office: World):
    schedule = office.schedule("every day at 9am")
    office.channels.change_id(TEAM, FINANCE, "C0SHARED")

    assert kept(office).setup.reports_to == "C0SHARED"
    with office.database.transaction() as tx:
        moved = tx.schedules.get(schedule.schedule_id)
    assert moved is not None
    assert moved.place.channel_id == "C0SHARED"


@pytest.mark.both_databases
def test_projects_come_in_pages_and_are_found_by_words(office: World):
    alex, maya = Asker(ALEX), Asker(MAYA)
    for number in range(12):
        office.managing.create(alex, f"Store 1{number:02}%", "Europe/Berlin")
    gone = office.managing.found(alex, "store 111%", limit=5)
    office.managing.archive(alex, gone[0].project_id)

    assert [each.name for each in gone] == ["Store 111%"]
    desk = office.managing.desk(alex, behind=2, limit=3)
    assert desk.count == 14
    assert [each.name for each in desk.projects] == ["Store 100%", "Store 101%", "Store 102%"]
    assert [each.name for each in office.managing.desk(alex).projects][-1] == "Store 111%"
    assert len(office.managing.found(alex, "STORE", limit=5)) == 5
    assert office.managing.found(alex, "store 111", only_changeable=True, limit=5) == []
    assert office.managing.found(maya, "store", limit=5) == []
    assert [each.name for each in office.managing.found(maya, "", limit=5)] == ["Finance"]
    for who in (TOM, SAM):
        assert not office.managing.administers(Asker(who))
        with pytest.raises(NotAllowed):
            office.managing.found(Asker(who), "", limit=5)


def test_suggestions_and_inputs_leave_threads_for_those_who_need_no_airflow(office: World):
    """All who wait for Airflow share one room, whichever use case lets them wait."""
    services = office.services()
    project_id = office.projects["HR"]
    key = JobKey(office.airflow.deployment, "import_orders")
    let_go, begun = Event(), Semaphore(0)
    real = office.airflow.set_paused

    def hanging(*arguments: Any, **named: Any) -> None:
        begun.release()
        let_go.wait(60)
        real(*arguments, **named)

    office.airflow.set_paused = hanging  # type: ignore[method-assign]
    with office.database.transaction() as tx:
        tx.jobs.keep_inputs({key: []})
    share = project_edits.share(Shared("import_orders", is_tag=False), frozenset({Action.SEE}))
    edit(office, ALEX, share, "HR")
    with ThreadPoolExecutor(MOST_AT_AIRFLOW) as threads:
        try:
            for _ in range(MOST_AT_AIRFLOW):
                threads.submit(services.running.pause_job, Asker(MAYA, FINANCE), key, paused=True)
            assert all(begun.acquire(timeout=60) for _ in range(MOST_AT_AIRFLOW))

            with pytest.raises(Conflict, match="Airflow is slow"):
                services.sharing.suggestions(Asker(ALEX), project_id)
            assert services.sharing.job(Asker(ALEX), project_id, "import_orders").inputs == ()
        finally:
            let_go.set()
    assert services.sharing.suggestions(Asker(ALEX), project_id) is not None
