"""Whatever is typed, pressed or sent, however odd: it is answered, and nothing fails on our side.

A few hundred here. `make fuzz` tries 100,000; FUZZED and SEED say how many, and which.
"""

from __future__ import annotations

import copy
import os
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from bot.blocks.admin.frame import Where
from bot.blocks.ids import VALUE, Admin, AdminPage, Button, View, input_block
from bot.domain.form_field import FormField
from bot.language.command import Verb
from tests.doors import payloads
from tests.house import ALEX, AUDITOR
from tests.kept import Kept
from tests.world import FINANCE, GENERAL, HR, LENA, MAYA, PRIYA, SAM, TOM

if TYPE_CHECKING:
    from tests.doors import Door
    from tests.house import House

FUZZED, SEED = int(os.environ.get("FUZZED", "300")), int(os.environ.get("SEED", "1"))
PUT_BACK_EVERY = 50
"""After so many, everything is as it was: else the first that archives the project ends all the rest."""
WHO = (TOM, TOM, MAYA, MAYA, ALEX, LENA, PRIYA, SAM, AUDITOR)
NAMES = (
    "sales report", "import orders", "payroll", "build warehouse", "#1", "#2", "12", "mine", "all",
    "<@U0TOM>", "<@U0TOM|tom>", "<#C0FINANCE|finance>", "finance", "job", "me", "everyone",
    "project", "project finance", "the whole project", "because we move", "off",
)  # fmt: skip
TIMES = (
    "every weekday at 9am", "tomorrow", "until monday", "for 2 weeks", "at 25:61", "0 9 * * 1-5",
    "*/0 * * * *", "on 31 february", "every 0 minutes", "in 99999999999 years", "last friday of the month",
    "next", "hourly", "every day at 9am until yesterday", "@daily", "0 0 12 ? * MON", "in Berlin",
    "at 9 London time", "for -1 days",
)  # fmt: skip
ODD = (
    "", " ", "\u00a0", "\u200b", "\u0000", "\ud83d", "\u202eabc",
    "🎉" * 40, "=", "with", "with =", "with a=", "with region=",
    "with rows=1e999", "with rows=NaN", "with rows=" + "9" * 400, "with x=[1,2", 'with x={"a":',
    "“smart”", "'", '"', "`", "<", ">", "&", "<!channel>", "<@U", "<http://x|y>", "%s", "{it}", "{0}",
    "\\", "\n\n", "\t", "null", "true", "-1", "0", "1" * 60, "9999999999999", "10000000000000000", "12:00",
    "2026-13-45", "2026-02-30", "0000-00-00", "a" * 3000, "../../etc", "'; drop table runs; --", "[]", "{}",
    "7", "[1]", '{"page":"nowhere"}', '{"project_id":"x"}', '{"project_id":1e400}',
    '{"project_id":99999999999999999999}', '{"at":-5}', '{"at":99999999999999999999}',
)  # fmt: skip


def words(random: Random) -> str:
    """A line somewhat like what people type: a verb, names, times, and what no one would."""
    verb = random.choice([*(str(each) for each in Verb), "", "please", "what", "why", "can you run"])
    rest = [
        random.choice(random.choice((NAMES, TIMES, ODD, NAMES, TIMES))) for _ in range(random.randrange(5))
    ]
    line = " ".join([verb, *rest])
    if random.random() < 0.2:
        at = random.randrange(len(line) + 1)
        line = line[:at] + random.choice(ODD) + line[at + random.randrange(3) :]
    return line.encode("utf-8", "replace").decode()


def value(random: Random, ids: list[str]) -> str:
    found = random.choice((ids, NAMES, TIMES, ODD, ids))
    return random.choice(found).encode("utf-8", "replace").decode()


def said_in_words(random: Random) -> dict[str, Any]:
    text, where = words(random), random.choice((FINANCE, HR, GENERAL, "D1"))
    match random.randrange(4):
        case 0:
            event = {"type": "message", "channel_type": "im", "channel": "D1", "text": text, "ts": "1.1"}
        case 1:
            event = {"type": "app_mention", "channel": where, "text": text, "ts": "1.1"}
        case _:
            return {"command": "/schedule", "text": text, "channel_id": where}
    return {"type": "event_callback", "event": event, "event_id": f"E{random.getrandbits(60)}"}


def at_a_door(random: Random, doors: list[Door], ids: list[str], known: dict[str, str]) -> dict[str, Any]:
    """A payload of some door with odd values in the places where ids and what people choose stand."""
    bodies: list[dict[str, Any]] = []
    while not bodies:
        bodies = list(payloads(random.choice(doors), value(random, ids), known))
    body = _elsewhere(random, copy.deepcopy(random.choice(bodies)))
    fields = ((body.get("view") or {}).get("state") or {}).get("values") or {}
    for of_block in fields.values():
        for element in of_block.values():
            if random.random() < 0.4:
                element.clear()
                element.update(_state(random, ids))
    return body


def _elsewhere(random: Random, body: dict[str, Any]) -> dict[str, Any]:
    """The same press in somebody's Home or in a window over it; a shortcut at a message, with its words."""
    if body.get("type") == "block_actions" and random.random() < 0.2:
        view = {"id": "V1", "type": random.choice(["home", "modal"]), "callback_id": View.TOLD, "hash": "h"}
        body["view"] = {**(body.get("view") or {}), **view, "private_metadata": ""}
        body["container"] = {"type": "view", "view_id": "V1"}
        body.pop("response_url", None)
    if body.get("type") == "shortcut" and random.random() < 0.5:
        body["type"] = "message_action"
        body["channel"] = {"id": FINANCE}
        body["message"] = {"ts": random.choice(["1.1", "", "x"]), "text": words(random), "user": "U0TOM"}
        body["message_ts"] = "1.1"
    return body


def _state(random: Random, ids: list[str]) -> dict[str, Any]:
    """What Slack sends of a field, of any kind: some kinds are not that field's."""
    odd = value(random, ids)
    return random.choice(
        [
            {"type": "plain_text_input", "value": random.choice([odd, None])},
            {"type": "static_select", "selected_option": random.choice([{"value": odd}, None])},
            {"type": "checkboxes", "selected_options": random.choice([[], [{"value": odd}]])},
            {"type": "multi_users_select", "selected_users": random.choice([[], [odd]])},
            {"type": "datetimepicker", "selected_date_time": random.choice([None, 0, -1, 10**10, 10**18])},
            {"type": "datepicker", "selected_date": random.choice([None, odd])},
            {"type": "timepicker", "selected_time": random.choice([None, odd])},
        ]
    )


@pytest.mark.slow
def test_whatever_comes_is_answered_and_nothing_fails_on_our_side(house: House):
    random, kept = Random(SEED), Kept(house.world.database)
    ids = [*house.ids(), *house.ids().values(), *(str(each) for each in FormField)]
    faults: list[str] = []
    for count in range(FUZZED):
        is_words = random.random() < 0.4
        body = said_in_words(random) if is_words else at_a_door(random, house.app.doors, ids, house.known)
        who = random.choice(WHO)
        told = house.hear(body, who)
        is_asked = "command" in body or (is_words and str(body["event"].get("text", "")).strip())
        if not told.startswith("200") or "went wrong on our side" in told or (is_asked and not house.said):
            faults.append(f"{count}: {who.name}: {body}\n{told[:300]}")
        if count % PUT_BACK_EVERY == PUT_BACK_EVERY - 1:
            kept.restore()
    assert not faults, f"{len(faults)} of {FUZZED}, seed {SEED}:\n" + "\n".join(faults[:5])


@pytest.mark.both_databases
@pytest.mark.parametrize("unkept", ["\u0000", "\ud83d"])
@pytest.mark.parametrize(
    "text", ["can you run {}", "list {}", "sales {} report at 5pm with region=e{}u", "who {}"]
)
def test_what_no_database_keeps_is_answered_like_any_slip(house: House, text: str, unkept: str):
    typed = text.replace("{}", unkept)
    event = {"type": "message", "channel_type": "im", "channel": "D1", "text": typed, "ts": "1.1"}
    for body in (
        {"command": "/schedule", "text": typed, "channel_id": FINANCE},
        {"type": "event_callback", "event": event, "event_id": f"E{typed!r}"},
    ):
        told = house.hear(body, TOM)
        assert house.said
        assert "went wrong on our side" not in told


@pytest.mark.parametrize("number", ["1e400", "99999999999999999999", "-5", '"x"', "null", "[]"])
@pytest.mark.parametrize("name", ["project_id", "at"])
def test_a_page_whose_numbers_were_made_up_is_answered(house: House, name: str, number: str):
    for view in (View.ADMIN_PAUSE, View.ADMIN_SETTINGS, View.ADMIN_PEOPLE):
        told = house.submit(MAYA, view, f'{{"{name}": {number}, "page": "audit"}}', {FormField.UNTIL: "1"})
        assert "went wrong on our side" not in told


@pytest.mark.parametrize("value", ["a" * 3000, "ü\u0000" * 600, '"\\' * 127])
@pytest.mark.parametrize("door", [Admin.AUDIT_KIND, Admin.AUDIT_WHO, Admin.FIND_PERSON, Admin.MEMBER])
def test_a_page_keeps_no_name_that_was_made_up_and_is_too_long_for_slack(house: House, door: str, value: str):
    view = {
        "id": "V1", "hash": "h", "type": "modal", "callback_id": View.ADMIN_PAGE,
        "private_metadata": Where(AdminPage.AUDIT, 1).pack(), "blocks": [], "state": {"values": {}},
    }  # fmt: skip
    pressed = {"type": "button", "action_id": door, "block_id": f"row.{value}", "value": value}

    told = house.hear({"type": "block_actions", "actions": [pressed], "view": view}, MAYA)

    assert house.said
    assert "went wrong on our side" not in told


@pytest.mark.parametrize(
    "action", [None, Button.MORE_INPUTS, Button.MORE_OF_SCHEDULE, Button.READ_INPUTS, Button.MORE_OF_WHEN]
)
@pytest.mark.parametrize("field", [FormField.JOB, FormField.DOING, FormField.REPEAT, FormField.TIMES])
def test_a_field_of_the_form_that_holds_what_slack_never_sends_is_answered(
    house: House, field: FormField, action: str | None
):
    """A list stands where the form has one choice."""
    forged = {"type": "multi_static_select", "selected_options": [{"value": house.reference}]}
    known = {each: {"x": {"type": "plain_text_input", "value": text}} for each, text in house.known.items()}
    view = {
        "id": "V1", "hash": "h", "type": "modal", "blocks": [],
        "callback_id": View.FORM, "private_metadata": "{}",
        "state": {"values": {**known, field: {"x": forged}}},
    }  # fmt: skip
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": "x"}
    body = {"type": "view_submission"} if action is None else {"type": "block_actions", "actions": [pressed]}

    told = house.hear({**body, "view": view}, TOM)

    assert told.startswith("200")
    assert "went wrong on our side" not in told


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_place_in_the_form_that_is_no_text_is_none(house: House, *, is_sent: bool):
    """A list stands there, and the form is sent, or a preset chosen in it."""
    forged = {"type": "multi_static_select", "selected_options": [{"value": FINANCE}]}
    known = {each: {"x": {"type": "plain_text_input", "value": text}} for each, text in house.known.items()}
    view = {
        "id": "V1", "hash": "h", "type": "modal", "blocks": [],
        "callback_id": View.FORM, "private_metadata": "{}",
        "state": {"values": {**known, input_block(house.reference, FormField.REPORTS_TO): {"x": forged}}},
    }  # fmt: skip
    preset = {
        "type": "static_select", "action_id": VALUE, "selected_option": {"value": "small"},
        "block_id": input_block(house.reference, FormField.PRESET),
    }  # fmt: skip
    body = {"type": "view_submission"} if is_sent else {"type": "block_actions", "actions": [preset]}

    told = house.hear({**body, "view": view}, TOM)

    assert told.startswith("200")
    assert "went wrong on our side" not in told


@pytest.mark.parametrize("number", ["3.5", "000000000003", "1e3", "³"])
def test_a_count_of_failures_that_is_none_is_refused_and_never_read_as_another(house: House, number: str):
    values: dict[str, str] = {FormField.HOW: "after", FormField.AFTER: number}

    told = house.submit(MAYA, View.ALERT, f"here.{FINANCE}", values)

    assert "whole number" in told
