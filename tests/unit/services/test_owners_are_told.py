"""Whoever does something to a colleague's schedule: its owner is told who did what, with a way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.blocks import schedule as blocks
from bot.blocks.ids import Button
from bot.domain.errors import Conflict
from bot.domain.schedule import MissedPolicy, OverlapPolicy
from bot.rules import project_edits
from bot.rules.access import Asker
from tests.world import FINANCE, LENA, MAYA, NINE, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

DAY = timedelta(days=1)


def heard(world: World, place: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what was posted there, oldest first: the first block's text, and its buttons with values."""
    for _ in range(8):
        world.clock.advance(timedelta(seconds=2))
        world.notifier.step()
    found = []
    for post in world.slack.posted:
        if post.channel_id in {place, f"D{place}"}:
            blocks_ = post.message.blocks
            pressed = [
                (each["action_id"], each["value"])
                for block in blocks_
                for each in block.get("elements", ())
                if each.get("type") == "button"
            ]
            first = blocks_[0].get("text") or blocks_[0]["elements"][0]
            found.append((first["text"], pressed))
    return found


def pause(world: World, key: str) -> Any:
    return world.scheduling.pause(Asker(MAYA), key)


def edit(world: World, key: str) -> None:
    offer = world.drafting.to_edit(Asker(MAYA), key).offer
    when = world.when("every day at 5am")
    draft = world.drafting.propose(Asker(MAYA), offer, when=when, inputs={}, changes=key).draft
    world.previews.confirm(Asker(MAYA), draft.draft_id)


def set_policies(world: World, key: str) -> None:
    world.adjusting.set_policies(
        Asker(MAYA), key, missed=MissedPolicy.NONE, overlap=OverlapPolicy.WAIT, grace=None, nickname="mine"
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("act", "told", "way_back"),
    [
        (pause, "<@U0MAYA> paused your *Sales report* (#1)", [Button.RESUME]),
        (
            lambda world, key: world.adjusting.skip_next(Asker(MAYA), key),
            "<@U0MAYA> skipped the run of your *Sales report* (#1) on Mon 2 Mar 2026, 09:00",
            [Button.UNDO_SKIP],
        ),
        (edit, "<@U0MAYA> changed your *Sales report* (#1)", [Button.EDIT]),
        (
            set_policies,
            "changed what happens when something goes wrong with your",
            [Button.POLICIES],
        ),
        (
            lambda world, key: world.scheduling.delete(Asker(MAYA), key),
            "<@U0MAYA> deleted your *Sales report* (#1)",
            [Button.UNDO_DELETE],
        ),
        (
            lambda world, key: world.taking_over.take_over(Asker(MAYA), key),
            "<@U0MAYA> took over *Sales report* (#1)",
            [Button.TAKE_OVER],
        ),
    ],
    ids=["pause", "skip", "edit", "policies", "delete", "take over"],
)
def test_the_owner_is_told_by_a_direct_message_with_a_way_back(
    world: World, act: Callable[[World, str], object], told: str, way_back: list[Button]
):
    key = world.schedule("every day at 9am").schedule_id

    act(world, key)

    ((text, pressed),) = heard(world, TOM.person_id)
    assert told in text
    assert [action for action, _ in pressed] == way_back


@pytest.mark.both_databases
def test_a_resume_and_an_undone_skip_are_told_too(world: World):
    key = world.schedule("every day at 9am").schedule_id
    skipped = world.adjusting.skip_next(Asker(TOM), key)
    world.scheduling.pause(Asker(TOM), key)
    assert heard(world, TOM.person_id) == []

    world.scheduling.resume(Asker(MAYA), key)
    world.adjusting.undo_skip(Asker(MAYA), skipped.firing_id)

    told = [text for text, _ in heard(world, TOM.person_id)]
    assert "<@U0MAYA> resumed your *Sales report* (#1)" in told[0]
    assert "<@U0MAYA> let the skipped run of your *Sales report* (#1) on Mon 2 Mar 2026, 09:00" in told[1]


def test_who_paused_and_until_when_stands_wherever_the_schedule_does(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.scheduling.pause(Asker(MAYA), key, until=NINE + DAY)

    (listed,) = world.scheduling.listed(Asker(TOM))
    shown = blocks.schedule(listed, timedelta(minutes=10)).blocks[0]["text"]["text"]

    assert "Paused by <@U0MAYA> until Tue 3 Mar 2026, 09:00 (Berlin time)" in shown
    with pytest.raises(Conflict, match=r"paused already, by <@U0MAYA> until Tue 3 Mar"):
        world.scheduling.pause(Asker(TOM), key)


def test_a_pause_that_is_made_longer_is_by_whoever_made_it_longer(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.scheduling.pause(Asker(TOM), key, until=NINE + DAY)

    longer = world.scheduling.pause(Asker(MAYA), key, until=NINE + 3 * DAY)

    assert (longer.schedule.paused_by, longer.schedule.resumes_at) == (MAYA.person_id, NINE + 3 * DAY)
    assert "paused your *Sales report* (#1)" in heard(world, TOM.person_id)[0][0]


@pytest.mark.both_databases
def test_the_channel_that_gets_the_reports_hears_in_one_quiet_line(world: World):
    say_changes(world, in_channel=True)
    key = world.schedule("every friday at 16:30").schedule_id
    world.scheduling.pause(Asker(MAYA), key)
    world.scheduling.delete(Asker(TOM), key)

    told = heard(world, FINANCE)
    assert [text for text, _ in told] == [
        "<@U0TOM> scheduled *Sales report* (#1), every Friday at 16:30 (Berlin time). It reports here.",
        "<@U0MAYA> paused *Sales report* (#1), every Friday at 16:30 (Berlin time).",
        "<@U0TOM> deleted *Sales report* (#1), every Friday at 16:30 (Berlin time).",
    ]
    assert all(pressed == [] for _, pressed in told)


def test_a_manager_may_turn_the_quiet_line_off(world: World):
    say_changes(world, in_channel=False)
    key = world.schedule("every friday at 16:30").schedule_id
    world.scheduling.pause(Asker(MAYA), key)

    assert heard(world, FINANCE) == []


def say_changes(world: World, *, in_channel: bool) -> None:
    with world.database.transaction() as tx:
        kept = tx.project_setups.all(TEAM, world.airflow.deployment)["Finance"]
        wanted = replace(kept.setup, tells_changes=in_channel)
        deployment = world.airflow.deployment
        tx.project_setups.put(TEAM, "Finance", wanted, deployment, at=world.clock.now(), by_file=False)


def test_a_viewer_changes_nothing_and_nobody_is_told(world: World):
    key = world.schedule("every day at 9am").schedule_id
    with pytest.raises(Exception, match="may not schedule"):
        pause_by_lena(world, key)
    assert heard(world, TOM.person_id) == []


def pause_by_lena(world: World, key: str) -> None:
    world.scheduling.pause(Asker(LENA), key)


def test_the_line_is_turned_off_and_on_in_the_settings_and_that_is_written_down(world: World):
    say_changes(world, in_channel=True)
    edit_settings = project_edits.settings(tz="UTC", reports_to=FINANCE, asked=(), tells_changes=False)

    world.managing.edit(Asker(MAYA), world.projects["Finance"], edit_settings, name="Finance")

    world.schedule("every friday at 16:30")
    assert heard(world, FINANCE) == []
    with world.database.reading() as tx:
        entries = {each.action: (each.before, each.after) for each in tx.audit.entries(TEAM, limit=5)}
    assert entries["tells_changes.change"] == ({"tells_changes": True}, {"tells_changes": False})
