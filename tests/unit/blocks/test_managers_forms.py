"""What managers choose in three words is what is kept, and what is destructive looks so."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from bot.blocks.admin.frame import Where
from bot.blocks.admin.jobs import actions_of, say_actions, share
from bot.blocks.admin.project import project
from bot.blocks.admin.taking_away import take_away
from bot.blocks.ids import Admin, AdminPage
from bot.domain.form_field import FormField
from bot.domain.project_setup import ChannelFacts, KeptProject, ProjectSetup, Shared, Who
from bot.domain.rights import Action, Role

EVERY = [frozenset({Action.SEE, *some}) for size in range(5) for some in combinations(list(Action)[1:], size)]
HERE = Where(AdminPage.PROJECT, 1)


def chosen(view: dict[str, Any], field: FormField) -> list[str]:
    """The values that a field of the form begins with."""
    element = next(each["element"] for each in view["blocks"] if each.get("block_id") == field)
    found = element.get("initial_options") or [element.get("initial_option")]
    return [each["value"] for each in found if each]


@pytest.mark.parametrize("has", EVERY, ids=say_actions)
def test_a_share_that_is_opened_and_saved_stays_what_it_is(has: frozenset[Action]):
    """Run and pause without schedule or stop, for instance, as a projects file may say."""
    view = share(HERE, shared=Shared("x", is_tag=False), title="X", has=has, handles={})

    (level,) = chosen(view, FormField.ACTIONS)
    assert actions_of(level, chosen(view, FormField.ALSO)) == has


def test_a_share_is_said_in_three_words_and_what_managers_may_besides():
    assert say_actions([Action.SEE]) == "look"
    assert say_actions([Action.RUN]) == "run"
    assert say_actions([Action.RUN, Action.SCHEDULE]) == "run and schedule"
    assert say_actions(Action) == "run and schedule; managers also stop and pause"


def test_what_was_made_up_gives_nothing():
    assert actions_of("everything", ["see", "fly"]) == frozenset()


def buttons(view: dict[str, Any]) -> list[dict[str, Any]]:
    found = [each for block in view["blocks"] for each in block.get("elements", ())]
    found += [block["accessory"] for block in view["blocks"] if "accessory" in block]
    return [each for each in found if each["type"] == "button"]


def test_a_new_project_is_a_list_of_steps_until_it_has_everything():
    new = KeptProject(1, "Operations", is_managed=False, is_archived=False, setup=ProjectSetup("UTC"))
    members = {Who("U1"): Role.RUNNER}
    channels = {"C1": ChannelFacts("C1", "finance")}
    whole = ProjectSetup(
        "UTC", channels=channels, members=members, shares={Shared("x", is_tag=False): frozenset()}
    )

    pressed = {each["action_id"] for each in buttons(project(HERE, new, is_admin=False))}
    done = {
        each["action_id"]
        for each in buttons(
            project(
                HERE, KeptProject(1, "O", is_managed=False, is_archived=False, setup=whole), is_admin=False
            )
        )
    }

    assert {Admin.MAP, Admin.ADD_PEOPLE, Admin.SHARE} <= pressed
    assert not {Admin.MAP, Admin.ADD_PEOPLE, Admin.SHARE} & done


def test_what_is_destructive_is_red_and_comes_last():
    kept = KeptProject(1, "O", is_managed=False, is_archived=False, setup=ProjectSetup("UTC"))
    page = project(HERE, kept, is_admin=True)
    question = take_away(
        Where(AdminPage.PEOPLE, 1, subject="U1"), Admin.REMOVE, "<@U1>", project="O", lost=[], titles={}
    )

    assert [each["action_id"] for each in buttons(page) if each.get("style") == "danger"] == [Admin.ARCHIVE]
    assert [each["type"] for each in page["blocks"]][-3:] == ["divider", "actions", "actions"]
    assert [each["action_id"] for each in buttons(question) if each.get("style") == "danger"] == [
        Admin.REMOVE
    ]
    assert "submit" not in question
