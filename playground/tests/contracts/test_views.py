"""Behaviours 22 to 30: modals and Home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from playground.slack.driver import NotPossibleError
from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import MANIFEST, button, field, option, section, text
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.refusals import refusal, refused
from playground.tests.apps.running import wait_until

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from playground.tests.apps.lunch_app import LunchApp
    from playground.tests.apps.raw_app import RawApp


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": text("Questions"),
        "submit": text("Send"),
        "blocks": list(blocks),
        **more,
    }


def trigger(raw: RawApp, person: Person) -> str:
    person.type("#finance", "/lunch")
    return str(raw.last("/lunch")["payload"]["trigger_id"])


def opened(raw: RawApp, person: Person, client: WebClient, *blocks: dict[str, Any], **more: Any) -> Modal:
    client.views_open(trigger_id=trigger(raw, person), view=modal(*blocks, **more))
    return person.open_modal()


PRESS = {"type": "actions", "block_id": "tools", "elements": [button("Go on", "go")]}
NAME = field("Name", {"type": "plain_text_input"})


def pressed(raw: RawApp, form: Modal) -> dict[str, Any]:
    """The payload after pressing "Go on"."""
    form.press("Go on")
    payload: dict[str, Any] = raw.last("block_actions")["payload"]
    return payload


# 22


def test_three_views_lie_on_each_other_and_no_more(raw: RawApp, zoe: Person, client: WebClient) -> None:
    form = opened(raw, zoe, client, PRESS)
    for _ in range(2):
        client.views_push(trigger_id=pressed(raw, form)["trigger_id"], view=modal(PRESS))

    last = pressed(raw, form)["trigger_id"]

    assert refused(client.views_push, trigger_id=last, view=modal(PRESS)) == "push_limit_reached"


def test_pushing_needs_a_trigger_from_inside_a_modal(raw: RawApp, zoe: Person, client: WebClient) -> None:
    opened(raw, zoe, client, PRESS)

    outside = trigger(raw, zoe)

    assert refused(client.views_push, trigger_id=outside, view=modal(PRESS)) == "invalid_trigger_id"


def test_a_view_is_updated_by_either_name_until_it_is_closed(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    form = opened(raw, zoe, client, NAME, external_id="mine")

    client.views_update(external_id="mine", view=modal(section("Second"), external_id="mine"))
    form.see("Second")
    form.close()

    assert refused(client.views_update, external_id="mine", view=modal(NAME)) == "not_found"


def test_a_view_is_refused_for_its_hash_external_id_size_or_content(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    answer = client.views_open(trigger_id=trigger(raw, zoe), view=modal(NAME, external_id="one"))
    view_id = answer["view"]["id"]

    stale = refused(client.views_update, view_id=view_id, hash="1.abc", view=modal(NAME))
    assert stale == "hash_conflict"
    again = trigger(raw, zoe)
    assert (
        refused(client.views_open, trigger_id=again, view=modal(NAME, external_id="one"))
        == "duplicate_external_id"
    )
    large = modal(*[section("x" * 2900) for _ in range(90)])
    assert refused(client.views_update, view_id=view_id, view=large) == "view_too_large"
    wrong = refusal(client.views_update, view_id=view_id, view=modal(section("")))
    assert wrong["error"] == "invalid_arguments"
    assert "[json-pointer:/blocks/0/text/text]" in "".join(wrong["response_metadata"]["messages"])


# 23


def test_each_change_has_a_new_hash_and_actions_carry_it_with_the_state(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    answer = client.views_open(trigger_id=trigger(raw, zoe), view=modal(NAME, PRESS))
    form = zoe.open_modal()
    form.fill("Name", "Zoe")

    view = pressed(raw, form)["view"]

    assert view["state"]["values"] == {"name": {"name": {"type": "plain_text_input", "value": "Zoe"}}}
    updated = client.views_update(view_id=view["id"], hash=view["hash"], view=modal(NAME, PRESS))
    assert len({answer["view"]["hash"], view["hash"], updated["view"]["hash"]}) == 3


# 24


def test_inputs_are_silent_unless_they_dispatch(raw: RawApp, zoe: Person, client: WebClient) -> None:
    quiet = field("Size", {"type": "static_select", "options": [option("S"), option("L")]})
    loud = field(
        "Colour", {"type": "static_select", "options": [option("Red")]}, dispatch_action=True, optional=True
    )
    form = opened(raw, zoe, client, quiet, loud)

    form.choose("Size", "L")
    assert raw.of("block_actions") == []
    form.choose("Colour", "Red")
    chosen = raw.last("block_actions")["payload"]["actions"][0]
    form.choose("Colour")
    cleared = raw.last("block_actions")["payload"]["actions"][0]

    assert chosen["selected_option"]["value"] == "Red"
    assert cleared["selected_option"] is None


def test_a_text_dispatches_on_enter_or_at_each_character(raw: RawApp, zoe: Person, client: WebClient) -> None:
    each = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    form = opened(
        raw,
        zoe,
        client,
        field("Line", {"type": "plain_text_input"}, dispatch_action=True),
        field("Live", {"type": "plain_text_input", **each}, dispatch_action=True),
    )

    form.fill("Line", "abc")
    assert raw.of("block_actions") == []
    form.fill("Line", "abc", enter=True)
    form.fill("Live", "a")
    form.fill("Live", "ab")

    actions = [frame["payload"]["actions"][0] for frame in raw.of("block_actions")]
    assert [(action["action_id"], action["value"]) for action in actions] == [
        ("line", "abc"),
        ("live", "a"),
        ("live", "ab"),
    ]


# 25


def test_what_was_typed_survives_an_update_where_both_ids_stay(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    form = opened(raw, zoe, client, NAME, field("Town", {"type": "plain_text_input"}))
    form.fill("Name", "Zoe")
    form.fill("Town", "Rome")
    initial = field("Name", {"type": "plain_text_input", "initial_value": "somebody"})
    moved = field("Town", {"type": "plain_text_input", "initial_value": "Paris"}) | {"block_id": "elsewhere"}

    client.views_update(view_id=form.drawn["id"], view=modal(initial, moved))

    assert form.value("Name") == "Zoe"
    assert form.value("Town") == "Paris"


def test_an_initial_value_stays_where_both_ids_stay_though_nobody_touched_it(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    """As the real one does: https://github.com/slackapi/bolt-python/issues/1064"""
    filled = field("Name", {"type": "plain_text_input", "initial_value": "somebody"})
    empty = field("Town", {"type": "plain_text_input"})
    form = opened(raw, zoe, client, filled, empty)
    other = field("Name", {"type": "plain_text_input", "initial_value": "somebody else"})
    town = field("Town", {"type": "plain_text_input", "initial_value": "Paris"})

    client.views_update(view_id=form.drawn["id"], view=modal(other, town))

    assert form.value("Name") == "somebody"
    assert form.value("Town") == "Paris"


def test_a_choice_goes_when_the_update_offers_it_no_more(raw: RawApp, zoe: Person, client: WebClient) -> None:
    def size(*names: str) -> dict[str, Any]:
        return field("Size", {"type": "static_select", "options": [option(each) for each in names]})

    form = opened(raw, zoe, client, size("S", "L"))
    form.choose("Size", "L")

    client.views_update(view_id=form.drawn["id"], view=modal(size("S", "L", "XL")))
    assert form.value("Size") == "L"
    client.views_update(view_id=form.drawn["id"], view=modal(size("S", "XL")))

    assert form.value("Size") == ""


# 26


def test_a_form_is_checked_before_it_is_sent(raw: RawApp, zoe: Person, client: WebClient) -> None:
    form = opened(
        raw,
        zoe,
        client,
        NAME,
        field("Code", {"type": "plain_text_input", "min_length": 3, "max_length": 4}),
        field("Count", {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}),
        field("Mail", {"type": "email_text_input"}, optional=True),
        field("Page", {"type": "url_text_input"}, optional=True),
    )
    form.fill("Code", "ab")
    form.fill("Count", "1.5")
    form.fill("Mail", "me")
    form.fill("Page", "example")

    form.submit()

    assert form.error("Name") == "Please complete this required field."
    assert form.error("Code") == "Please enter at least 3 characters."
    assert form.error("Count") == "Please enter a whole number."
    assert "valid email" in form.error("Mail")
    assert "valid URL" in form.error("Page")
    assert raw.of("view_submission") == []


def test_a_form_sends_every_value_typed_and_null_for_untouched(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    choice = [option("Red"), option("Blue")]
    form = opened(
        raw,
        zoe,
        client,
        field("Day", {"type": "datepicker"}),
        field("Hour", {"type": "timepicker"}),
        field("Moment", {"type": "datetimepicker"}),
        field("One", {"type": "radio_buttons", "options": choice}),
        field("Some", {"type": "checkboxes", "options": choice}),
        field("Many", {"type": "multi_static_select", "options": choice}),
        field("Who", {"type": "users_select"}),
        field("Where", {"type": "conversations_select", "response_url_enabled": True}),
        field("Extra", {"type": "plain_text_input"}, optional=True),
    )
    form.fill("Day", "2026-05-01")
    form.fill("Hour", "09:30")
    form.fill("Moment", "2026-05-01T09:30")
    form.choose("One", "Red")
    form.choose("Some", "Red", "Blue")
    form.choose("Many", "Blue", query="")
    form.choose("Who", "Ben")
    form.choose("Where", "#finance")

    form.submit()

    payload = raw.last("view_submission")["payload"]
    values = {block: next(iter(held.values())) for block, held in payload["view"]["state"]["values"].items()}
    assert values["day"] == {"type": "datepicker", "selected_date": "2026-05-01"}
    assert values["hour"] == {"type": "timepicker", "selected_time": "09:30"}
    assert values["moment"] == {"type": "datetimepicker", "selected_date_time": 1777620600}
    assert values["one"]["selected_option"]["value"] == "Red"
    assert [each["value"] for each in values["some"]["selected_options"]] == ["Red", "Blue"]
    assert [each["value"] for each in values["many"]["selected_options"]] == ["Blue"]
    assert values["who"]["selected_user"] == "U0BEN"
    assert values["where"]["selected_conversation"] == "C0FINANCE"
    assert values["extra"] == {"type": "plain_text_input", "value": None}
    assert payload["response_urls"][0]["channel_id"] == "C0FINANCE"
    assert zoe.modal is None


def test_formatted_text_arrives_as_rich_text(raw: RawApp, zoe: Person, client: WebClient) -> None:
    form = opened(raw, zoe, client, field("Story", {"type": "rich_text_input"}))
    form.fill("Story", "*Once* upon a `time` @Ben :tada:\n- one\n- _two_\n> said")

    assert form.value("Story") == "*Once* upon a `time` @Ben :tada:\n- one\n- _two_\n> said"
    form.submit()

    values = raw.last("view_submission")["payload"]["view"]["state"]["values"]
    first, items, quote = values["story"]["story"]["rich_text_value"]["elements"]
    assert first["elements"] == [
        {"type": "text", "text": "Once", "style": {"bold": True}},
        {"type": "text", "text": " upon a "},
        {"type": "text", "text": "time", "style": {"code": True}},
        {"type": "text", "text": " "},
        {"type": "user", "user_id": "U0BEN"},
        {"type": "text", "text": " "},
        {"type": "emoji", "name": "tada"},
    ]
    assert (items["style"], len(items["elements"])) == ("bullet", 2)
    assert items["elements"][1]["elements"][0]["style"] == {"italic": True}
    assert quote == {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]}


# 27


def answering(raw: RawApp, answer: Any) -> None:
    raw.answer = lambda frame: answer if frame["payload"].get("type") == "view_submission" else None


def test_a_form_answered_with_update_push_or_clear(raw: RawApp, zoe: Person, client: WebClient) -> None:
    form = opened(raw, zoe, client, section("First"))
    answering(raw, {"response_action": "update", "view": modal(section("Updated"))})
    form.submit()
    form.see("Updated")
    answering(raw, {"response_action": "push", "view": modal(section("Pushed"))})
    form.submit()
    form.see("Pushed")
    answering(raw, None)
    form.submit()
    form.see("Updated")
    answering(raw, {"response_action": "clear"})
    form.submit()
    form.see_closed()


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "wrong"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": modal(section(""))},
        {"response_action": "push"},
        {"response_action": "update", "view": modal(*[section("x" * 2900) for _ in range(90)])},
    ],
)
def test_a_wrong_answer_is_trouble_connecting(
    raw: RawApp, zoe: Person, client: WebClient, answer: Any
) -> None:
    form = opened(raw, zoe, client, NAME)
    form.fill("Name", "Zoe")
    answering(raw, answer)

    form.submit()

    assert form.trouble == "We had some trouble connecting. Try again?"
    assert form.value("Name") == "Zoe"


# 28


def test_closing_is_told_only_when_asked_for(raw: RawApp, zoe: Person, client: WebClient) -> None:
    opened(raw, zoe, client, NAME).close()
    form = opened(raw, zoe, client, PRESS, notify_on_close=True, callback_id="root")
    again = pressed(raw, form)["trigger_id"]
    client.views_push(trigger_id=again, view=modal(NAME, notify_on_close=True, callback_id="top"))

    form.close()
    top = raw.last("view_closed")["payload"]
    assert (top["view"]["callback_id"], top["is_cleared"]) == ("top", False)
    client.views_push(trigger_id=pressed(raw, form)["trigger_id"], view=modal(NAME, callback_id="top"))
    form.close(everything=True)

    wait_until(lambda: len(raw.of("view_closed")) == 2)
    root = raw.last("view_closed")["payload"]
    assert (root["view"]["callback_id"], root["is_cleared"]) == ("root", True)


# 29


def test_each_person_has_their_own_forms(
    fresh: RunningWorkspace, raw: RawApp, zoe: Person, client: WebClient
) -> None:
    form = opened(raw, zoe, client, NAME)
    ben = fresh.driver.as_person("Ben")
    opened(raw, ben, client, section("For Ben"))

    assert form.labels == ["Name"]
    with pytest.raises(NotPossibleError):
        fresh.driver.act("submit", ben.id, view=form.drawn["id"])


# 30


def test_each_visit_to_home_is_told_and_publishing_is_per_person(
    ada: Person, ben: Person, app: LunchApp
) -> None:
    ada.home("Your lunches")
    first = app.last("app_home_opened")
    ada.home("Your lunches")
    wait_until(lambda: app.last("app_home_opened")["event_ts"] != first["event_ts"])

    assert first["user"] == ada.id
    assert first["tab"] == "home"
    assert app.last("app_home_opened")["view"]["type"] == "home"
    assert ben.driver.look(ben.driver.screen(ben.id).home) is None


def test_home_takes_no_form_and_needs_its_tab(client: WebClient) -> None:
    wrong = {"type": "home", "submit": text("Send"), "blocks": []}
    assert refused(client.views_publish, user_id="U0ADA", view=wrong) == "invalid_arguments"
    many = {"type": "home", "blocks": [{"type": "divider"}] * 101}
    assert refused(client.views_publish, user_id="U0ADA", view=many) == "invalid_arguments"


def test_without_a_home_tab_nothing_is_published() -> None:
    manifest = {**MANIFEST, "features": {**MANIFEST["features"], "app_home": {"home_tab_enabled": False}}}
    running = start_workspace(DESCRIPTION, manifest)
    client = WebClient(running.bot_token, base_url=running.api_url)

    assert (
        refused(client.views_publish, user_id="U0ADA", view={"type": "home", "blocks": []}) == "not_enabled"
    )
    running.stop()


def test_a_home_may_hold_menus_that_came_without_ids(client: WebClient, zoe: Person) -> None:
    menu = {"type": "static_select", "placeholder": text("Size"), "options": [option("S"), option("L")]}
    view = {"type": "home", "blocks": [section("Sizes", accessory=menu)]}

    client.views_publish(user_id="U0ADA", view=view)

    home = zoe.home("Sizes")
    home.touch.choose("Size", "L")
    assert home.touch.value("Size") == "L"
