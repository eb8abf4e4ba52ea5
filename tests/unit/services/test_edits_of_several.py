"""Two people change one schedule: neither overwrites what they have not seen, and its owner reads what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Conflict
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Policies
from bot.rules.access import Asker
from tests.unit.services.test_owners_are_told import heard
from tests.world import FINANCE, MAYA, TOM

if TYPE_CHECKING:
    from bot.services.schedules.drafted import Preview
    from tests.world import World

pytestmark = pytest.mark.both_databases
HIS, HERS = Asker(TOM), Asker(MAYA)


def proposed(world: World, asker: Asker, key: str, when: str = "every day at 9am", **how: Any) -> Preview:
    offer = world.drafting.to_edit(asker, key).offer
    how = {"inputs": {}, **how}
    return world.drafting.propose(asker, offer, when=world.when(when), changes=key, **how)


def version(world: World, key: str) -> int:
    return world.scheduling.show(HIS, key).schedule.version


def save(world: World, asker: Asker, key: str, seen: int | None, **how: Any) -> None:
    wanted: dict[str, Any] = {"missed": MissedPolicy.LATEST, "overlap": OverlapPolicy.WAIT, "grace": None}
    world.adjusting.set_policies(asker, key, **{**wanted, **how}, seen=seen)


def test_policies_that_somebody_has_changed_since_are_not_overwritten(world: World):
    key = world.schedule("every day at 9am").schedule_id
    both_saw = version(world, key)
    save(world, HERS, key, both_saw, overlap=OverlapPolicy.SKIP)

    with pytest.raises(Conflict, match="Schedule #1 was changed after you opened it") as refused:
        save(world, HIS, key, both_saw, missed=MissedPolicy.NONE)

    kept = world.scheduling.show(HIS, key).schedule
    assert (kept.missed, kept.overlap) == (MissedPolicy.LATEST, OverlapPolicy.SKIP)
    assert refused.value.example == "edit #1"
    save(world, HIS, key, version(world, key), missed=MissedPolicy.NONE, overlap=kept.overlap)


def test_a_preview_of_what_somebody_has_changed_since_changes_nothing(world: World):
    key = world.schedule("every day at 9am").schedule_id
    his = proposed(world, HIS, key, "every day at 10am")
    hers = proposed(world, HERS, key, "every day at 11am")
    world.previews.confirm(HERS, hers.draft.draft_id)

    with pytest.raises(Conflict, match="changed after you opened it"):
        world.previews.confirm(HIS, his.draft.draft_id)

    assert world.scheduling.show(HIS, key).schedule.when == world.when("every day at 11am")


def test_a_form_that_was_opened_before_a_change_proposes_nothing(world: World):
    key = world.schedule("every day at 9am").schedule_id
    seen = world.drafting.to_edit(HIS, key).schedule.version
    world.adjusting.rename(HERS, key, "morning numbers")

    with pytest.raises(Conflict, match="changed after you opened it"):
        proposed(world, HIS, key, "every day at 10am", seen=seen)

    assert proposed(world, HIS, key, "every day at 10am").changes is not None


def test_a_like_schedule_that_was_changed_since_is_not_changed_once_more(world: World):
    key = world.schedule("every day at 9am").schedule_id
    draft = world.draft(when="every day at 10am")
    change = world.previews.instead(HIS, draft.draft_id)
    save(world, HERS, key, None, missed=MissedPolicy.NONE)

    with pytest.raises(Conflict, match="changed after you opened it"):
        world.previews.confirm(HIS, change.draft.draft_id)


@pytest.mark.slow
def test_what_runbell_does_in_between_is_in_nobodys_way(world: World):
    key = world.schedule("every day at 9am").schedule_id
    seen = version(world, key)
    his = proposed(world, HIS, key, "every day at 10am")
    world.scheduling.pause(HERS, key)
    world.scheduling.resume(HERS, key)
    world.go_on(timedelta(minutes=10))

    assert version(world, key) == seen
    assert world.previews.confirm(HIS, his.draft.draft_id).is_change


def test_an_edit_of_policies_alone_says_which_to_the_owner_and_nothing_to_the_channel(world: World):
    key = world.schedule("every day at 9am").schedule_id
    wanted = Policies(missed=MissedPolicy.NONE, grace=timedelta(minutes=30))
    shown = proposed(world, HERS, key, policies=wanted)

    world.previews.confirm(HERS, shown.draft.draft_id)

    ((text, _),) = heard(world, TOM.person_id)
    assert "changed what happens when something goes wrong with your *Sales report* (#1)" in text
    said = world.slack.posted[-1].message.blocks[1]["elements"]
    assert [each["text"] for each in said] == [
        "May start late by: *30 min*, before: as usual",
        "A missed run: *run none*, before: run the latest, late",
    ]


def test_other_inputs_and_another_place_are_named(world: World):
    key = world.schedule("every day at 9am", region="emea", rows=5).schedule_id
    shown = proposed(world, HERS, key, inputs={"region": "us", "rows": 5}, reports_to=MAYA.person_id)

    world.previews.confirm(HERS, shown.draft.draft_id)

    heard(world, TOM.person_id)
    said = [each["text"] for each in world.slack.posted[-1].message.blocks[1]["elements"]]
    assert said == ["Other values for *Region*", f"Reports to direct messages, before: <#{FINANCE}>"]


def test_an_edit_that_alters_nothing_is_told_to_nobody(world: World):
    key = world.schedule("every day at 9am").schedule_id

    world.previews.confirm(HERS, proposed(world, HERS, key).draft.draft_id)

    assert heard(world, TOM.person_id) == []


def test_another_nickname_is_told_with_the_one_before(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.adjusting.rename(HIS, key, "morning")

    world.adjusting.rename(HERS, key, "<!channel> *numbers*")

    ((text, _),) = heard(world, TOM.person_id)
    assert text.endswith("another nickname.")
    (said,) = world.slack.posted[-1].message.blocks[1]["elements"]
    assert said["text"] == "Nickname: *&lt;!channel&gt; \u2217numbers\u2217*, before: morning"
