"""Every message and view Runbell can draw, in all states: longest names, 100 of them, emoji, right to left.

Before each judge: the playground's own, Slack's SDK, slackblocks; and in .ci/judges Slack's types.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.notice import Message
from playground.slack.block_kit.elements import check_options_answer
from playground.slack.block_kit.surfaces import check_message, check_view, too_large
from playground.slack.web_api.chat import LONGEST_BLOCKS, LONGEST_UPDATE, size_of
from tests.drawn import (
    of_administration,
    of_alerts,
    of_colleagues,
    of_conditions,
    of_forms_and_help,
    of_home,
    of_jobs_and_runs,
    of_schedules,
)
from tests.drawn.samples import NAMES, builders, draw, sampled, surfaces
from tests.judges import by_slack_sdk, by_slackblocks

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = (
    of_administration,
    of_alerts,
    of_colleagues,
    of_conditions,
    of_forms_and_help,
    of_home,
    of_jobs_and_runs,
    of_schedules,
)
IN_PARTS = {
    "bot.blocks.listing.schedules",
    "bot.blocks.listing.after",
    "bot.blocks.job.jobs",
    "bot.blocks.job.may_only_look",
}
"""Said privately, or in a direct message in parts: neither meets the limit of what is posted."""
NAMES_PEOPLE = {
    "bot.blocks.access_request.already",
    "bot.blocks.condition.stopped",
    "bot.blocks.firing.not_run",
    "bot.blocks.firing.run_after_all",
    "bot.blocks.help.problem",
    "bot.blocks.touched.touched",
    "bot.blocks.incident.alert",
    "bot.blocks.incident.failed_again",
    "bot.blocks.incident.recovered",
    "bot.blocks.run.card",
}
"""Whose text says who did what, as a mention."""
HOW = "Give each a sample in tests/drawn, in all its states."
DESTROYS = ("Archive", "Delete", "Stop", "Take away", "Take it away")
"""Begins the words of what takes something away: never green, and where Slack asks first, red."""
FIRST, OTHERS = NAMES[1:3], (NAMES[0], *NAMES[3:])
"""The longest name and a hostile one find most; the others are for `make test`."""
EVERY = pytest.mark.parametrize("builder", sorted(sampled()), scope="module")
"""One builder after the other, so that what it draws is drawn in one worker, for all the tests."""
EVERY_NAME = pytest.mark.parametrize(
    ("builder", "names"),
    [
        pytest.param(builder, names, marks=marks, id=f"{builder}-{kind}")
        for kind, names, marks in (("first", FIRST, []), ("others", OTHERS, [pytest.mark.slow]))
        for builder in sorted(sampled())
    ],
    scope="module",
)
"""The same, with names to call everything by."""


def test_every_public_builder_has_a_sample() -> None:
    assert FILES
    missing, gone = set(builders()) - sampled(), sampled() - set(builders())

    assert (missing, gone) == (set(), set()), HOW


@EVERY_NAME
def test_every_judge_takes_it(builder: str, names: list[str]) -> None:
    judged = []
    for name in names:
        for surface in surfaces(builder, name):
            if surface not in judged:  # many states look alike
                judged.append(surface)
                if isinstance(surface, list):
                    assert check_message(surface) == [], name
                else:
                    assert check_view(surface, surface["type"]) == [], name
                    assert not too_large(surface), name
                assert not by_slack_sdk.refuses(surface), (name, surface)
                assert not by_slackblocks.refuses(surface), (name, surface)


@EVERY_NAME
def test_a_message_can_be_posted_and_edited_in_all_its_length(builder: str, names: list[str]) -> None:
    for name in names:
        for drawn in messages(builder, name):
            assert len(drawn.text) <= LONGEST_UPDATE, name
            sizes = [size_of(list(form)) for form in (drawn.blocks, drawn.newer)]
            assert builder in IN_PARTS or max(sizes) <= LONGEST_BLOCKS, name


@EVERY_NAME
def test_its_words_can_be_heard_ping_nobody_and_break_nothing(builder: str, names: list[str]) -> None:
    for name in names:
        for drawn in messages(builder, name):
            assert drawn.text.strip(), name
            assert re.findall(r"<(?!@)", drawn.text) == [], "it stands alone where Slack refuses the blocks"
            assert "<@" not in drawn.text or builder in NAMES_PEOPLE, name
            assert re.findall(r"&(?!amp;|lt;|gt;)", drawn.text) == [], name
            assert ".." not in drawn.text.replace("…", ""), name
        for drawn in draw(builder, name):
            for text in texts([*drawn.blocks, *drawn.newer] if isinstance(drawn, Message) else drawn):
                assert "<!channel>" not in text, name
                assert text.count("```") % 2 == 0, name


@EVERY
def test_whoever_says_what_stands_on_a_button_presses_it(builder: str) -> None:
    """What is spoken for a button begins with its words, as those who steer by voice say what they see."""
    for drawn in draw(builder, "Sales report"):
        for each in labelled(list(drawn.blocks) if isinstance(drawn, Message) else drawn):
            seen, spoken = only_words(each["text"]["text"]), only_words(each["accessibility_label"])
            assert seen in spoken, each


def labelled(thing: Any) -> list[dict[str, Any]]:
    """Every button that is spoken as something else than its text."""
    if isinstance(thing, dict):
        own = [thing] if thing.get("type") == "button" and "accessibility_label" in thing else []
        return own + [each for value in thing.values() for each in labelled(value)]
    return [each for one in thing for each in labelled(one)] if isinstance(thing, list) else []


def only_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_a_menus_options_are_those_that_slack_takes() -> None:
    builders = ("bot.blocks.form.job_options", "bot.blocks.choices.found")
    menus = [each for builder in builders for name in NAMES for each in menus_of(builder, name)]

    assert menus
    for each in menus:
        assert check_options_answer({"options": each}) == []


def messages(builder: str, name: str) -> list[Message]:
    return [each for each in draw(builder, name) if isinstance(each, Message)]


def menus_of(builder: str, name: str) -> list[Any]:
    return [each for each in draw(builder, name) if isinstance(each, list)]


def texts(thing: Any) -> list[str]:
    """Every mrkdwn text: in plain_text nothing is read."""
    if isinstance(thing, dict):
        own = [thing["text"]] if isinstance(thing.get("text"), str) and thing.get("type") == "mrkdwn" else []
        return own + [text for value in thing.values() for text in texts(value)]
    return [text for each in thing for text in texts(each)] if isinstance(thing, list) else []


@EVERY
def test_what_takes_something_away_is_never_green(builder: str) -> None:
    wrong = [
        each
        for surface in surfaces(builder, NAMES[0])
        for each in _parts(surface)
        if (each.get("type") == "button" and _destroys(each["text"]) and each.get("style") == "primary")
        or ("deny" in each and _destroys(each["confirm"]) and each.get("style") != "danger")
    ]
    assert wrong == []


def _destroys(words: dict[str, str]) -> bool:
    return words["text"].startswith(DESTROYS)


def _parts(drawn: Any) -> Iterator[dict[str, Any]]:
    if isinstance(drawn, dict):
        yield drawn
        drawn = list(drawn.values())
    if isinstance(drawn, list | tuple):
        for each in drawn:
            yield from _parts(each)
