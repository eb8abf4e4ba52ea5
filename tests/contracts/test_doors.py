"""Every door asks: each listener, called by a stranger with real ids, does nothing and reveals nothing.

The doors are found by themselves, and so are the ids: everything that the tables know of Finance.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from slack_sdk.web import SlackResponse
from slack_sdk.web.base_client import BaseClient
from slack_sdk.webhook import WebhookClient, WebhookResponse
from sqlalchemy import select

import handlers
from bot.blocks.ids import REPORTS_TO, Button, Field, View, input_block
from bot.domain.ports import UserGroup
from bot.domain.rights import Action, Role
from bot.services.access import Asker
from bot.services.catalog import reference_of
from storage.tables import metadata
from tests.doors import Door, RecordingApp, payloads
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, PRIYA, SAM, TEAM, TOM, World, person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.project import Person
    from bot.services import Services
    from storage.database import Database

NOBODYS = "00ff" * 6
LEFT, ROBOT, GUEST = (
    person("gone", is_deactivated=True),
    person("robot", is_bot=True),
    person("gina", is_guest=True),
)
OUTSIDER = person("otto", is_outsider=True)
AUDITOR = person("audrey")
STRANGERS = {
    "of another project": PRIYA,
    "of no project": SAM,
    "deactivated": LEFT,
    "bot": ROBOT,
    "guest in a group": GUEST,
    "of another company, in a group": OUTSIDER,
}
KEEPS_NO_SECRET = {"handled", "audit"}
"""Tables that a refusal may write to: what came twice, and that it was refused."""
ASKS = f"action {Button.ASK_FOR_ACCESS}"
"""What strangers are there for; has tests of its own."""
SECRETS = (
    "Import orders",
    "Build warehouse",
    "Nightly cleanup",
    "import_orders",
    "Finance",
    "canary",
    "Tom",
    "Maya",
)


class House:
    """Finance's things, of every kind there is, and a Bolt app whose every answer is heard."""

    def __init__(self, world: World, app: RecordingApp, said: list[str]) -> None:
        self.world, self.app, self.said = world, app, said
        self.schedule = world.schedule("every day at 9am", dag_id="import_orders", fail="canary")
        paused = world.schedule("every day at 11am", dag_id="import_orders")
        world.scheduling.pause(Asker(TOM), paused.schedule_id)
        self.draft = world.draft(when="every day at 10am", dag_id="import_orders")
        world.run_now(dag_id="import_orders", fail="always")
        world.go_on(timedelta(seconds=30))
        offers = world.catalog.offers(Asker(TOM))
        with world.database.transaction() as tx:
            (self.run,) = tx.runs.latest([offer.job.key for offer in offers], count=5)
        self.offer = next(each for each in offers if each.job.key == self.draft.key)
        self.reference = reference_of(self.offer)
        self._invite()
        self.known = {
            Field.JOB: self.reference,
            Field.WHEN: "every day at 9am",
            input_block(self.reference, REPORTS_TO): FINANCE,
        }

    def _invite(self) -> None:
        """Those who are named in Finance and count for nothing all the same."""
        everyone = (LEFT, ROBOT, GUEST, OUTSIDER, AUDITOR)
        finance = self.world.projects["Finance"]
        group = UserGroup("S0HELPERS", "helpers", "Helpers", frozenset({GUEST.person_id, OUTSIDER.person_id}))
        self.world.slack.known_people |= {each.person_id: each for each in everyone}
        self.world.slack.known_groups = [group]
        with self.world.database.transaction() as tx:
            tx.directory.keep_people(everyone, at=self.world.clock.now())
            tx.directory.give_workspace_role(TEAM, AUDITOR.person_id, "auditor")
            tx.projects.add_member(finance, TEAM, Role.MANAGER, person_id=LEFT.person_id)
            tx.projects.add_member(finance, TEAM, Role.MANAGER, person_id=ROBOT.person_id)
            tx.projects.add_member(finance, TEAM, Role.MANAGER, group_id="S0HELPERS")
            tx.shares.add(
                finance, "default", Action, at=self.world.clock.now(), dag_id="payroll",
                only=[{"group_id": "S0HELPERS"}], workspace_id=TEAM,
            )  # fmt: skip
        self.world.groups.refresh()

    def ids(self) -> dict[str, str]:
        """Every id that the tables have, and beside each one of its shape that nobody has."""
        found = {
            self.reference: NOBODYS,
            f"#{self.schedule.number}": "#999",
            "import orders": "xmport xrders",
        }
        for rows in dump(self.world.database).values():
            for row in rows:
                for name, value in row.items():
                    if name == "id" or name.endswith("_id"):
                        found.setdefault(str(value), _of_its_shape(str(value)))
        of_hr = {"payroll", HR, str(self.world.projects["HR"])}
        skipped = {"", "None", TEAM, "runbell", *of_hr, *(each.person_id for each in STRANGERS.values())}
        return {real: nobodys for real, nobodys in found.items() if real not in skipped}

    def hear(self, body: dict[str, Any], who: Person, *, team: str = TEAM) -> str:
        """All that is said because of it, wherever."""
        self.said.clear()
        whole = {
            "team": {"id": TEAM}, "team_id": TEAM, "user": {"id": who.person_id, "team_id": team},
            "user_id": who.person_id, "trigger_id": "trigger", "response_url": "https://slack.test/answer",
            **body,
        }  # fmt: skip
        if "event" in whole:
            about = who.person_id if whole["event"]["type"] == "message" else {"id": who.person_id}
            whole["event"] = {**whole["event"], "user": about}
        answer = self.app.send(whole)
        return "\n".join([answer, *self.said])

    def press(self, who: Person, button: Button, value: str, where: str = GENERAL) -> str:
        action = {"type": "button", "action_id": button, "block_id": "b", "value": value}
        return self.hear({"type": "block_actions", "actions": [action], "channel": {"id": where}}, who)

    def submit(self, who: Person, view: View, about: str, values: Mapping[str, str]) -> str:
        state = {block_id: {"value": {"value": value}} for block_id, value in values.items()}
        described = {
            "id": "V1", "hash": "h", "type": "modal", "callback_id": view, "private_metadata": about,
            "blocks": [{"block_id": block_id} for block_id in values], "state": {"values": state},
        }  # fmt: skip
        return self.hear({"type": "view_submission", "view": described}, who)


def dump(database: Database, *, without: frozenset[str] = frozenset()) -> dict[str, list[dict[str, Any]]]:
    """Everything that is remembered, but for when Slack was last asked."""
    with database.transaction() as tx:
        return {
            table.name: [
                {name: value for name, value in row.items() if name != "confirmed_at"}
                for row in tx.connection.execute(select(table)).mappings()
            ]
            for table in metadata.sorted_tables
            if table.name not in without
        }


def without(value: str, told: str) -> str:
    """What was asked about may be repeated; that tells nothing."""
    return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", told)


def _of_its_shape(value: str) -> str:
    if value.isdigit():
        return "987654"
    if re.fullmatch("[0-9a-f]{24}", value):
        return NOBODYS
    return f"{value[:1]}0NOWHERE" if value[:1].isupper() else "no_such_thing"


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


@pytest.fixture
def house(world: World, monkeypatch: pytest.MonkeyPatch) -> House:
    said: list[str] = []
    anything = {"ok": True, "channel": "C1", "ts": "1.1", "view": {"id": "V1", "hash": "h"}}

    def call(client: object, method: str, **arguments: Any) -> SlackResponse:
        if method != "auth.test":  # which Bolt asks by itself
            said.append(f"{method} {json.dumps(arguments, ensure_ascii=False, default=str)}")
        return SlackResponse(
            client=client, http_verb="POST", api_url=method, req_args={}, data=anything, headers={},
            status_code=200,
        )  # fmt: skip

    def answer(_client: object, body: dict[str, Any], *_: object) -> WebhookResponse:
        said.append(json.dumps(body, ensure_ascii=False))
        return WebhookResponse(url="", status_code=200, body="ok", headers={})

    monkeypatch.setattr(BaseClient, "api_call", call)
    monkeypatch.setattr(WebhookClient, "send_dict", answer)
    app = RecordingApp(token="xoxb-1", token_verification_enabled=False, process_before_response=True)
    handlers.register(app, world.services())
    return House(world, app, said)


def doors() -> list[Door]:
    """Of the app as it is registered, without anything behind it."""
    app = RecordingApp(token_verification_enabled=False, token="xoxb-1", signing_secret="s")
    handlers.register(app, cast("Services", SimpleNamespace(command="/schedule")))
    assert len(app.doors) == len(app._listeners), (
        "a listener was registered in a way that this test cannot see"
    )
    return app.doors


@pytest.mark.parametrize("door", [each for each in doors() if str(each) != ASKS], ids=str)
def test_a_stranger_does_nothing_and_learns_nothing(house: House, door: Door):
    before = dump(house.world.database, without=frozenset(KEEPS_NO_SECRET))

    for kind, who in STRANGERS.items():
        of_nothing: dict[str, list[str]] = {}
        for real, nobodys in house.ids().items():
            if nobodys not in of_nothing:
                asked = [house.hear(each, who) for each in payloads(door, nobodys, house.known)]
                of_nothing[nobodys] = [without(nobodys, each) for each in asked]
            for sent, told_of_nothing in zip(
                payloads(door, real, house.known), of_nothing[nobodys], strict=True
            ):
                told = without(real, house.hear(sent, who))

                assert told.startswith("200"), "nobody has opened this door"
                assert told == told_of_nothing or real == FINANCE, (kind, sent)  # which narrows, and shows it
                assert not [each for each in SECRETS if each.casefold() in told.casefold()], (kind, sent)

    assert changed(before, dump(house.world.database, without=frozenset(KEEPS_NO_SECRET))) == set()


@pytest.mark.parametrize("door", doors(), ids=str)
def test_an_auditor_changes_nothing(house: House, door: Door):
    before = dump(house.world.database, without=frozenset(KEEPS_NO_SECRET))

    for real in house.ids():
        for sent in payloads(door, real, house.known):
            assert house.hear(sent, AUDITOR).startswith("200")

    assert changed(before, dump(house.world.database, without=frozenset(KEEPS_NO_SECRET))) == set()


def test_an_auditor_sees_what_they_may_not_touch(house: House):
    told = house.hear({"command": "/schedule", "text": "list all", "channel_id": ""}, AUDITOR)

    assert "Import orders" in told
    assert Button.PAUSE not in told
    assert "can allow it" in house.press(AUDITOR, Button.PAUSE, house.schedule.schedule_id)


@pytest.mark.parametrize("button", [Button.RETRY, Button.PAUSE, Button.DELETE, Button.PAUSE_JOB])
def test_who_may_only_look_is_refused_by_name(house: House, button: Button):
    before = dump(house.world.database, without=frozenset(KEEPS_NO_SECRET))
    value = {Button.RETRY: house.run.run_key, Button.PAUSE_JOB: house.reference}.get(
        button, house.schedule.schedule_id
    )

    told = house.press(LENA, button, value)

    assert "can allow it" in told or "Only <@U0TOM> or a manager" in told
    assert changed(before, dump(house.world.database, without=frozenset(KEEPS_NO_SECRET))) == set()


def test_a_refusal_at_any_door_is_in_the_audit(house: House):
    house.press(PRIYA, Button.PAUSE, house.schedule.schedule_id)
    house.submit(PRIYA, View.PREVIEW, house.draft.draft_id, {})
    house.hear({"command": "/schedule", "text": "run import orders", "channel_id": FINANCE}, LENA)

    with house.world.database.transaction() as tx:
        rows = [row for row in tx.audit.latest(TEAM, count=20) if not row["allowed"]]
    assert [(row["person_id"], row["channel_id"], row["action"], row["subject"]) for row in rows] == [
        (LENA.person_id, FINANCE, "command", "import_orders"),
        (PRIYA.person_id, "", View.PREVIEW, ""),
        (PRIYA.person_id, GENERAL, Button.PAUSE, "import_orders"),
    ]


def test_who_asks_for_access_learns_nothing_and_the_managers_hear_it(house: House):
    with house.world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, TOM.person_id, "admin")

    mapped, unmapped = (
        house.press(SAM, Button.ASK_FOR_ACCESS, "access", where) for where in (FINANCE, "C0NOWHERE")
    )

    assert mapped == unmapped
    assert "has been told" in mapped
    house.world.notifier.step()
    assert "Somebody asks for access to Finance." in house.world.slack.texts(MAYA.person_id)
    assert house.world.slack.texts(TOM.person_id)[-1] == "Somebody asks for access."


def test_one_cannot_report_to_a_channel_of_another_project(house: House):
    values = {**house.known, input_block(house.reference, REPORTS_TO): HR}

    answer = house.submit(TOM, View.FORM, json.dumps({"channel": FINANCE}), values)

    assert "this project's channels" in answer
