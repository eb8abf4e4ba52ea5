"""Every door asks: each listener, called by a stranger with real ids, does nothing and reveals nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

import handlers
from bot.blocks.ids import REPORTS_TO, Button, Field, PolicyField, View, input_block
from bot.demo.workspace import WORKSPACE
from bot.playground.slack.server import start_workspace
from bot.services.access import Asker
from bot.services.catalog import reference_of
from tests.fakes.http_server import Answer, HttpServer
from tests.manifest import MANIFEST
from tests.world import FINANCE, GENERAL, LENA, MAYA, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.project import Person
    from tests.world import World

NOWHERE = "0" * 24
NO_RIGHTS_NEEDED = {Button.OPEN_FORM, Button.OPEN_IN_AIRFLOW, Button.ASK_FOR_ACCESS}
"""An empty form, a link that Slack opens by itself, and what strangers are there for: tested below."""

ON_SCHEDULES = (
    Button.PAUSE, Button.RESUME, Button.DELETE, Button.SKIP, Button.EDIT, Button.RUN_IT, Button.POLICIES
)  # fmt: skip


class House:
    """Tom's things in Finance, and a Bolt app whose answers are heard."""

    def __init__(self, world: World, app: App, said: HttpServer) -> None:
        self.world, self.app, self.said = world, app, said
        schedule = world.schedule("every day at 9am")
        self.draft = world.draft(when="every day at 10am")
        world.run_now(dag_id="import_orders", fail="always")
        world.go_on(timedelta(seconds=30))
        skipped = world.adjusting.skip_next(Asker(TOM), schedule.schedule_id)
        offers = world.catalog.offers(Asker(TOM))
        with world.database.transaction() as tx:
            (run,) = tx.runs.latest([offer.job.key for offer in offers], count=5)
        offer = next(each for each in offers if each.job.key == self.draft.key)
        self.reference = reference_of(offer)
        self.ids = {
            **dict.fromkeys((Button.CONFIRM, Button.CHANGE, Button.DISCARD), self.draft.draft_id),
            Button.CHOOSE: self.draft.draft_id,
            **dict.fromkeys(ON_SCHEDULES, schedule.schedule_id),
            Button.UNDO_SKIP: skipped.firing_id,
            **dict.fromkeys((Button.PAUSE_JOB, Button.RESUME_JOB), self.reference),
            **dict.fromkeys((Button.RETRY, Button.STOP, Button.SHOW_LOG), run.run_key),
        }

    def press(self, who: Person, button: Button, value: str, where: str = GENERAL) -> list[str]:
        """What the person is told. The ids are put into every place of a payload that could carry one."""
        action_id = f"{button}.0" if button is Button.CHOOSE else button
        return self._send(
            {
                "type": "block_actions",
                "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
                "channel": {"id": where},
                "message": {"ts": "1.1", "metadata": {"event_payload": {"id": value}}},
            },
            who,
        )

    def submit(self, who: Person, view: View, metadata: str, values: Mapping[str, Any]) -> str:
        """What Slack is answered."""
        state = {block_id: {"value": value} for block_id, value in values.items()}
        body = {
            "type": "view_submission",
            "view": {
                "id": "V1", "hash": "h", "type": "modal", "callback_id": view, "private_metadata": metadata,
                "blocks": [{"block_id": block_id} for block_id in values], "state": {"values": state},
            },
        }  # fmt: skip
        return self._dispatch(body, who)

    def suggest(self, who: Person, metadata: str) -> str:
        body = {
            "type": "block_suggestion", "action_id": "value", "block_id": Field.JOB, "value": "sal",
            "view": {"id": "V1", "private_metadata": metadata},
        }  # fmt: skip
        return self._dispatch(body, who)

    def state(self) -> Any:
        """Everything that a door could change."""
        with self.world.database.transaction() as tx:
            return (
                tx.schedules.of_projects(self.world.projects.values()),
                tx.drafts.lock(TEAM, self.draft.draft_id),
                tx.runs.get(self.ids[Button.RETRY]),
                tx.jobs.get(self.draft.key),
            )

    def _send(self, body: dict[str, Any], who: Person) -> list[str]:
        before = len(self.said.requests)
        self._dispatch(body, who)
        return [json.dumps(request.body) for request in self.said.requests[before:]]

    def _dispatch(self, body: dict[str, Any], who: Person) -> str:
        whole = {
            "team": {"id": TEAM}, "user": {"id": who.person_id, "team_id": TEAM}, "trigger_id": "1.2.x",
            "response_url": f"{self.said.url}/answer", **body,
        }  # fmt: skip
        answer = self.app.dispatch(BoltRequest(body=json.dumps(whole), mode="socket_mode"))
        for _ in range(2):  # what goes on after the acknowledgement, too
            self.app.listener_runner.listener_executor.submit(lambda: None).result()
        return str(answer.body)


@pytest.fixture
def house(world: World) -> Iterator[House]:
    slack = start_workspace(WORKSPACE, MANIFEST)
    with HttpServer(lambda _request: Answer(200, {"ok": True})) as said:
        app = App(
            client=WebClient(token=slack.bot_token, base_url=slack.api_url),
            token_verification_enabled=False,
            process_before_response=True,
        )
        handlers.register(app, world.services())
        yield House(world, app, said)
    slack.stop()


@pytest.mark.parametrize("who", [PRIYA, SAM], ids=["another project", "no project"])
@pytest.mark.parametrize("button", [each for each in Button if each not in NO_RIGHTS_NEEDED])
def test_a_strangers_press_does_nothing_and_tells_nothing(house: House, button: Button, who: Person):
    before = house.state()

    for_real, for_nothing = (house.press(who, button, value) for value in (house.ids[button], NOWHERE))

    assert house.state() == before
    assert for_real == for_nothing
    assert len(for_real) == 1
    assert "I can't find that" in for_real[0]


@pytest.mark.parametrize(
    "button",
    [
        Button.RETRY, Button.PAUSE, Button.DELETE, Button.PAUSE_JOB, Button.SKIP, Button.UNDO_SKIP,
        Button.EDIT, Button.RUN_IT, Button.POLICIES,
    ],
)  # fmt: skip
def test_who_may_only_look_is_refused_by_name(house: House, button: Button):
    before = house.state()

    (told,) = house.press(LENA, button, house.ids[button])

    assert house.state() == before
    assert "can allow it" in told or "Only <@U0TOM> or a manager" in told


@pytest.mark.parametrize("channel", [FINANCE, GENERAL, "", NOWHERE])
def test_a_strangers_form_offers_and_takes_nothing(house: House, channel: str):
    metadata = json.dumps({"channel": channel})
    values = {
        Field.JOB: {"selected_option": {"value": house.reference}},
        Field.WHEN: {"value": "every day at 9am"},
        input_block(house.reference, REPORTS_TO): {"selected_option": {"value": FINANCE}},
    }
    before = house.state()

    answer = house.submit(PRIYA, View.FORM, metadata, values)
    options = house.suggest(PRIYA, metadata)

    assert house.state() == before
    assert "I can't find that" in answer
    assert "Sales" not in answer + options


def test_a_strangers_policies_are_not_taken(house: House):
    values = {
        PolicyField.MISSED: {"selected_option": {"value": "none"}},
        PolicyField.OVERLAP: {"selected_option": {"value": "allow"}},
        PolicyField.NICKNAME: {"value": "mine"},
    }
    before = house.state()

    answers = [house.submit(who, View.POLICIES, house.ids[Button.SKIP], values) for who in (PRIYA, LENA)]
    to_edit = json.dumps({"channel": "", "changes": house.ids[Button.SKIP]})
    form = {Field.JOB: {"selected_option": {"value": house.reference}}, Field.WHEN: {"value": "every hour"}}
    answers.append(house.submit(PRIYA, View.FORM, to_edit, form))

    assert house.state() == before
    assert "I can't find that" in answers[0]
    assert "You may not schedule this job" in answers[1]
    assert "I can't find that" in answers[2]


def test_a_strangers_preview_is_not_theirs_to_confirm(house: House):
    before = house.state()

    answer = house.submit(PRIYA, View.PREVIEW, house.draft.draft_id, {"b": {"value": "x"}})

    assert house.state() == before
    assert "I can't find that" in answer


def test_who_asks_for_access_learns_nothing_and_the_managers_hear_it(house: House):
    with house.world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, TOM.person_id, "admin")
    before = house.state()

    mapped, unmapped = (
        house.press(SAM, Button.ASK_FOR_ACCESS, "access", where) for where in (FINANCE, NOWHERE[:11])
    )

    assert house.state() == before
    assert mapped == unmapped
    assert "has been told" in mapped[0]
    house.world.notifier.step()
    assert house.world.slack.texts(MAYA.person_id)[-1] == "Somebody asks for access to Finance."
    assert house.world.slack.texts(TOM.person_id)[-1] == "Somebody asks for access."


def test_one_cannot_report_to_a_channel_of_another_project(house: House):
    values = {
        Field.JOB: {"selected_option": {"value": house.reference}},
        Field.WHEN: {"value": "every day at 9am"},
        input_block(house.reference, REPORTS_TO): {"selected_option": {"value": "C0PEOPLE"}},
    }

    answer = house.submit(TOM, View.FORM, json.dumps({"channel": FINANCE}), values)

    assert "this project's channels" in answer


def test_every_listener_is_behind_one_of_these_doors(house: House):
    """A new one must be given a test above."""
    commands, events = 1, len(("message", "message", "user_change", "team_join"))
    form = len(("choose a job", "its type-ahead"))

    assert len(house.app._listeners) == commands + events + len(Button) + len(View) + form
