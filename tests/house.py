"""Finance's things, of every kind there is, behind a Bolt app whose every answer is heard."""

from __future__ import annotations

import itertools
import json
import re
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.web import SlackResponse
from slack_sdk.web.base_client import BaseClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

import handlers
from bot.blocks.ids import Button, View, input_block, mark_of
from bot.domain.form_field import FormField
from bot.domain.ports import UserGroup
from bot.domain.rights import Action, Role
from bot.gateways.slack import SlackGateway
from bot.rules.access import Asker
from bot.services.catalog import reference_of
from tests import company
from tests.doors import RecordingApp
from tests.fakes.at_once import AtOnce
from tests.kept import Kept, dump
from tests.latest import latest_run
from tests.lock_order import LockOrder
from tests.world import FINANCE, GENERAL, HR, PRIYA, SAM, TEAM, TOM, World, person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.domain.project import Person
    from storage.database import Database
    from tests.databases import Databases

MOST_OF_A_KIND = 2
"""Ids of one column that are tried, beside the last one."""
NOBODYS = "00ff" * 6
LEFT, ROBOT, GUEST = (
    person("gone", is_deactivated=True),
    person("robot", is_bot=True),
    person("gina", is_guest=True),
)
OUTSIDER = person("otto", is_outsider=True)
AUDITOR = person("audrey")
NINA = person("nina")
"""HR's manager."""
ALEX = person("alex")
"""An admin, and Finance's manager: with every right there is."""
STRANGERS = {
    "of another project": PRIYA,
    "of no project": SAM,
    "deactivated": LEFT,
    "bot": ROBOT,
    "guest in a group": GUEST,
    "of another company, in a group": OUTSIDER,
    "manager of another project": NINA,
}
KEEPS_NO_SECRET = {"handled", "audit", "homes"}
"""Tables that a refusal may write to: what came twice, that it was refused, and who looks at their Home."""
TIMES = ("dec", "feb", "nightly")
"""Typed as a command, an id that begins so is read as a time."""
SECRETS = (
    "Import orders",
    "import orders",
    "#finance",
    "Build warehouse",
    "Nightly cleanup",
    "import_orders",
    "Finance",
    "canary",
    "Tom",
    "Maya",
    company.FINANCES_TITLE,
    company.PRESET,
    *company.VALUES,
)


class House:
    """Finance's things, of every kind there is, and a Bolt app whose every answer is heard."""

    def __init__(
        self, world: World, app: RecordingApp, said: list[str], answers: list[dict[str, Any]]
    ) -> None:
        """`said`: what Slack was told since the last `hear`; `answers`: the same, to be looked into."""
        self.world, self.app, self.said, self.answers = world, app, said, answers
        self.transcript: list[str] = []
        """All that `hear` was ever answered."""
        self.sent_with_every_right: list[dict[str, Any]] = []
        """What a crawl has found, where a test wanted one."""
        company.move_in(world)
        self.schedule = world.schedule("every day at 9am", dag_id="import_orders", fail="canary")
        paused = world.schedule("every day at 11am", dag_id="import_orders")
        world.scheduling.pause(Asker(TOM), paused.schedule_id)
        self.draft = world.draft(when="every day at 10am", dag_id="import_orders")
        world.run_now(dag_id="import_orders", fail="always")
        self._use_the_shared_job()
        world.go_on(timedelta(seconds=30))
        offers = world.offers(Asker(TOM))
        with world.database.transaction() as tx:
            self.run = latest_run(tx, self.draft.project_id, self.draft.key)
        world.adjusting.skip_next(Asker(TOM), self.schedule.schedule_id)
        self.offer = next(each for each in offers if each.job.key == self.draft.key)
        self.reference = reference_of(self.offer)
        self._invite()
        self._keep_a_preset()
        self.known = {
            FormField.JOB: self.reference,
            FormField.WHEN: "every day at 9am",
            input_block(self.reference, FormField.REPORTS_TO): FINANCE,
        }

    def _use_the_shared_job(self) -> None:
        """Where another company reads along, with a secret; and where only Finance does."""
        given: dict[str, Any] = {"note": company.PLAIN_VALUE, "api_token": company.SECRET}
        for when, where in (("every day at 9:30am", company.ACME), ("every day at 9:45am", FINANCE)):
            self.world.schedule(when, dag_id=company.SHARED_JOB, where=where, **given)
        for where in (company.ACME, FINANCE):
            self.world.run_now(dag_id=company.SHARED_JOB, where=where, **given)
        self.world.run_now(PRIYA, dag_id=company.SHARED_JOB, where=HR)

    def _keep_a_preset(self) -> None:
        """What Tom keeps for himself, of the job that Finance shares with HR and of one of its own."""
        for offer in self.world.offers(Asker(TOM)):
            if offer.job.key.dag_id == company.SHARED_JOB:
                given = {company.NOTE.name: company.OWN_VALUE}
                self.world.presets.save(
                    Asker(TOM), offer.project.project_id, offer.job, company.OWN_PRESET, given,
                    is_own=True, replaces=False,
                )  # fmt: skip

    def remembered(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that a door could change."""
        return dump(self.world.database, without=frozenset(KEEPS_NO_SECRET))

    def _invite(self) -> None:
        """Those who are named in Finance and count for nothing all the same."""
        everyone = (LEFT, ROBOT, GUEST, OUTSIDER, AUDITOR, NINA, ALEX)
        finance = self.world.projects["Finance"]
        group = UserGroup("S0HELPERS", "helpers", "Helpers", frozenset({GUEST.person_id, OUTSIDER.person_id}))
        self.world.slack.known_people |= {each.person_id: each for each in everyone}
        self.world.slack.known_groups = [group]
        with self.world.database.transaction() as tx:
            tx.directory.keep_people(everyone, at=self.world.clock.now())
            tx.directory.give_workspace_role(TEAM, AUDITOR.person_id, "auditor")
            tx.directory.give_workspace_role(TEAM, ALEX.person_id, "admin")
            tx.projects.add_member(finance, TEAM, Role.MANAGER, person_id=ALEX.person_id)
            tx.projects.add_member(self.world.projects["HR"], TEAM, Role.MANAGER, person_id=NINA.person_id)
            tx.projects.add_member(finance, TEAM, Role.MANAGER, person_id=LEFT.person_id)
            tx.projects.add_member(finance, TEAM, Role.MANAGER, person_id=ROBOT.person_id)
            tx.projects.add_member(finance, TEAM, Role.MANAGER, group_id="S0HELPERS")
            tx.shares.add(
                finance, "default", Action, at=self.world.clock.now(), dag_id="payroll",
                only=[{"group_id": "S0HELPERS"}], workspace_id=TEAM,
            )  # fmt: skip
        self.world.groups.refresh()

    def ids(self) -> dict[str, str]:
        """Ids of every kind that the tables have, and beside each one of its shape that nobody has."""
        found = {
            self.reference: NOBODYS,
            f"#{self.schedule.number}": "#999",
            "import orders": "xmport xrders",
        }
        tables = dump(self.world.database).values()
        hers = {
            str(row[name])
            for row in itertools.chain(*tables)
            if row.get("person_id") == PRIYA.person_id
            for name in ("firing_id", "draft_id")
            if name in row
        }
        for table in tables:  # what is a stranger's own is no secret
            rows = [row for row in table if hers.isdisjoint(map(str, row.values()))]
            for name in (rows or [{}])[0]:
                if name == "id" or name.endswith("_id"):
                    values = list(dict.fromkeys(str(row[name]) for row in rows))
                    for value in {*values[:MOST_OF_A_KIND], *values[-1:]}:
                        found.setdefault(value, _of_its_shape(value))
        of_hr = {"payroll", company.SHARED_JOB, HR, str(self.world.projects["HR"])}
        skipped = {"", "None", TEAM, "runbell", *of_hr, *(each.person_id for each in STRANGERS.values())}
        return {
            real: nobodys
            for real, nobodys in found.items()
            if real not in skipped and not real.startswith(TIMES)
        }

    def few_ids(self) -> dict[str, str]:
        """Of a job, a schedule and a run."""
        carried = {self.reference, self.schedule.schedule_id, self.run.run_key}
        return {real: nobodys for real, nobodys in self.ids().items() if real in carried}

    def hear(self, body: dict[str, Any], who: Person, *, team: str = TEAM) -> str:
        """All that is said because of it, wherever."""
        self.said.clear()
        self.answers.clear()
        whole = {
            "team": {"id": TEAM}, "team_id": TEAM, "user": {"id": who.person_id, "team_id": team},
            "user_id": who.person_id, "trigger_id": "trigger", "response_url": "https://slack.test/answer",
            **body,
        }  # fmt: skip
        if "event" in whole:
            is_written = whole["event"]["type"] in {"message", "app_mention", "app_home_opened"}
            about = who.person_id if is_written else {"id": who.person_id}
            whole["event"] = {**whole["event"], "user": about}
        answer = self.app.send(whole)
        acknowledged = answer.partition(" ")[2]
        if acknowledged.startswith("{"):
            self.answers.append(json.loads(acknowledged))
        self.transcript.append("\n".join([answer, *self.said]))
        return self.transcript[-1]

    def press(self, who: Person, button: Button, value: str, where: str = GENERAL) -> str:
        action_id = f"{button}.0" if button is Button.CHOOSE else button
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        return self.hear({"type": "block_actions", "actions": [action], "channel": {"id": where}}, who)

    def submit(self, who: Person, view: View, about: str, values: Mapping[str, str]) -> str:
        state = {block_id: {"value": {"value": value}} for block_id, value in values.items()}
        described = {
            "id": "V1", "hash": "h", "type": "modal", "callback_id": view, "private_metadata": about,
            "blocks": [{"block_id": block_id} for block_id in values], "state": {"values": state},
        }  # fmt: skip
        return self.hear({"type": "view_submission", "view": described}, who)


def without(value: str, told: str) -> str:
    """What was asked about may be repeated, or how it is read as a time; that tells nothing."""
    told = re.sub(r'(?<="block_id": "reading", "text": {"text": )"(?:[^"\\]|\\.)*"', '"…"', told)
    return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", told).replace(mark_of(value), "…")


def revealed(told: str) -> list[str]:
    """What of Finance's secrets is in it."""
    return [each for each in SECRETS if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", told)]


def _of_its_shape(value: str) -> str:
    if value.isdigit():
        return "987654"
    if re.fullmatch("[0-9a-f]{24}", value):
        return NOBODYS
    return f"{value[:1]}0NOWHERE" if value[:1].isupper() else "no_such_thing"


def listen(monkeypatch: pytest.MonkeyPatch, said: list[str], answers: list[dict[str, Any]]) -> None:
    """Let every word to Slack come here, in place of Slack."""
    anything = {"ok": True, "channel": "C1", "ts": "1.1", "view": {"id": "V1", "hash": "h"}}

    def call(client: object, method: str, **arguments: Any) -> SlackResponse:
        if method != "auth.test":  # which Bolt asks by itself
            said.append(f"{method} {json.dumps(arguments, ensure_ascii=False, default=str)}")
            answers.append(arguments.get("json") or arguments.get("params") or {})
        return SlackResponse(
            client=client, http_verb="POST", api_url=method, req_args={}, data=anything, headers={},
            status_code=200,
        )  # fmt: skip

    def answer(_client: object, body: dict[str, Any], *_: object) -> WebhookResponse:
        said.append(json.dumps(body, ensure_ascii=False))
        answers.append(body)
        return WebhookResponse(url="", status_code=200, body="ok", headers={})

    monkeypatch.setattr(BaseClient, "api_call", call)
    monkeypatch.setattr(WebhookClient, "send_dict", answer)


def build_house(world: World, monkeypatch: pytest.MonkeyPatch) -> House:
    said: list[str] = []
    answers: list[dict[str, Any]] = []
    listen(monkeypatch, said, answers)
    app = RecordingApp(token="xoxb-1", token_verification_enabled=False, process_before_response=True)
    handlers.register(app, world.services(), SlackGateway(app.client), AtOnce())
    return House(world, app, said, answers)


class SharedHouse:
    """A house that many tests come into, one after the other: each finds every row as it was kept.

    For tests that neither move the clock nor change the fakes. Building one takes half a second of CPU.
    """

    def __init__(self, database: Database, prepare: Callable[[House], None]) -> None:
        self._order = None if database.is_sqlite else LockOrder(database)
        with pytest.MonkeyPatch.context() as monkeypatch:
            self._house = build_house(World(database), monkeypatch)
            prepare(self._house)
        self._kept = Kept(database)

    @contextmanager
    def visited(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
        house = self._house
        house.transcript.clear()
        listen(monkeypatch, house.said, house.answers)
        yield house
        self._kept.restore()
        assert self._order is None or self._order.broken == [], self._order.broken[0]


class SharedHouses:
    """One house of each kind of database, built when a test first asks for it."""

    def __init__(self, prepare: Callable[[House], None] = lambda _house: None) -> None:
        self._prepare = prepare
        self._built: dict[str, SharedHouse] = {}
        self._open = ExitStack()

    def of(self, databases: Databases) -> SharedHouse:
        if databases.kind not in self._built:
            database = self._open.enter_context(databases.fresh())
            self._built[databases.kind] = SharedHouse(database, self._prepare)
        return self._built[databases.kind]

    def close(self) -> None:
        self._open.close()
