"""The `alerts` of a project in projects.yaml: read into rules, and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

import yaml

from bot.domain.alert_rule import MOST_MENTIONED, AlertEvent, How, Quiet, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yaml.nodes import Node

    from bot.domain.alert_setup import AlertSetup
    from bot.language.yaml_nodes import Nodes, Word

KEYS = ("channel", "of", "job", "tag", "events", "how", "quiet", "mention", "until", "also_nothing")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF = (Standing.HERE, Standing.AIRFLOW)
_TIME = r"([01]?\d|2[0-3]):([0-5]\d)"
_HOW = re.compile(
    rf"(?P<plain>first|each)|after (?P<after>[1-9]\d?|100)|digest (?P<daily>{_TIME})"
    rf"|weekly (?P<day>{'|'.join(DAYS)}) (?P<weekly>{_TIME})"
)
_QUIET = re.compile(rf"(?P<begins>{_TIME})\s*-\s*(?P<ends>{_TIME})")


@dataclass(frozen=True, slots=True)
class AlertInFile:
    """A rule as it is written: names are not looked up yet."""

    channel: Word
    standing: Standing | None
    job: Word | None
    tag: Word | None
    events: frozenset[AlertEvent]
    how: How
    after: int
    at: time | None
    weekday: int
    quiet: Quiet | None
    mentions: tuple[Word, ...]
    says_nothing_happened: bool
    until_on: date | None


def read_alerts(nodes: Nodes, node: Node | None) -> Iterator[AlertInFile]:
    """Yield the rules; problems are noted in `nodes`."""
    for each in nodes.items(node, "alerts"):
        parts = nodes.keys(each, "an alert rule", KEYS, needed=("channel", "events"))
        if sum(key in parts for key in ("of", "job", "tag")) > 1:
            nodes.wrong(each, "an alert rule names at most one of `of`, `job` and `tag`")
        channel = nodes.word(parts["channel"], "channel") if "channel" in parts else None
        how, after, at, weekday = _how(nodes, parts)
        if channel is not None:
            yield AlertInFile(
                channel=channel,
                standing=_standing(nodes, parts),
                job=nodes.word(parts["job"], "job") if "job" in parts else None,
                tag=nodes.word(parts["tag"], "tag") if "tag" in parts else None,
                events=_events(nodes, parts.get("events")),
                how=how,
                after=after,
                at=at,
                weekday=weekday,
                quiet=_quiet(nodes, parts),
                mentions=_mentions(nodes, parts),
                says_nothing_happened=_word(nodes, parts, "also_nothing", ("true", "false")) == "true",
                until_on=_until(nodes, parts),
            )


def _mentions(nodes: Nodes, parts: Mapping[str, Node]) -> tuple[Word, ...]:
    """Return whom a rule mentions; more than one alert can hold is a problem."""
    found = nodes.words(parts.get("mention"), "mention")
    if len(found) > MOST_MENTIONED:
        nodes.problems.append(found[0].wrong(f"a rule mentions at most {MOST_MENTIONED}; mention a group"))
    return found


def _word(nodes: Nodes, parts: Mapping[str, Node], key: str, known: tuple[str, ...]) -> str:
    """Return the word under the key, "" without one; a word that is not known is a problem."""
    word = nodes.word(parts[key], key) if key in parts else None
    if word is not None and word.text not in known:
        nodes.problems.append(word.wrong(f"`{key}` is {' or '.join(known)}"))
        return ""
    return "" if word is None else word.text


def _standing(nodes: Nodes, parts: Mapping[str, Node]) -> Standing | None:
    text = _word(nodes, parts, "of", _OF)
    return Standing(text) if text else None


def _events(nodes: Nodes, node: Node | None) -> frozenset[AlertEvent]:
    if isinstance(node, yaml.SequenceNode) and not node.value:
        return frozenset()
    found = set()
    for word in nodes.words(node, "events"):
        if word.text in set(AlertEvent):
            found.add(AlertEvent(word.text))
        else:
            nodes.problems.append(
                word.wrong(f"there is no event {word.text}; there are {', '.join(AlertEvent)}")
            )
    return frozenset(found)


def _how(nodes: Nodes, parts: Mapping[str, Node]) -> tuple[How, int, time | None, int]:
    word = nodes.word(parts["how"], "how") if "how" in parts else None
    if word is None:
        return How.FIRST, 1, None, 0
    found = _HOW.fullmatch(word.text)
    if found is None:
        words = "`how` is first, each, after 3, digest 08:00, or weekly monday 08:00"
        nodes.problems.append(word.wrong(words))
        return How.FIRST, 1, None, 0
    if found["plain"]:
        return How(found["plain"]), 1, None, 0
    if found["after"]:
        return How.AFTER, int(found["after"]), None, 0
    if found["daily"]:
        return How.DIGEST, 1, _time(found["daily"]), 0
    return How.WEEKLY, 1, _time(found["weekly"]), DAYS.index(found["day"])


def _quiet(nodes: Nodes, parts: Mapping[str, Node]) -> Quiet | None:
    word = nodes.word(parts["quiet"], "quiet") if "quiet" in parts else None
    if word is None:
        return None
    found = _QUIET.fullmatch(word.text)
    if found is None or _time(found["begins"]) == _time(found["ends"]):
        nodes.problems.append(word.wrong("`quiet` is two times of day, like 20:00-08:00"))
        return None
    return Quiet(_time(found["begins"]), _time(found["ends"]))


def _until(nodes: Nodes, parts: Mapping[str, Node]) -> date | None:
    word = nodes.word(parts["until"], "until") if "until" in parts else None
    try:
        return None if word is None else date.fromisoformat(word.text)
    except ValueError:
        assert word is not None
        nodes.problems.append(word.wrong("`until` is a day, like 2026-12-31"))
        return None


def _time(text: str) -> time:
    return time.fromisoformat(text.rjust(5, "0"))


def how_written(alert: AlertSetup) -> str:
    """Return how a place hears of it, as the file writes it."""
    at = "" if alert.at is None else f" {alert.at:%H:%M}"
    if alert.how is How.WEEKLY:
        return f"weekly {DAYS[alert.weekday]}{at}"
    return (
        f"{alert.how} {alert.after}"
        if alert.how is How.AFTER
        else f"{alert.how}{at if alert.how.is_sum else ''}"
    )


def said(alert: AlertSetup) -> str:
    """Return the rule on one line, for a plan of changes."""
    parts = [
        f"alerts {alert.about}: {', '.join(sorted(alert.events)) or 'nothing'}",
        how_written(alert),
        "" if alert.quiet is None else f"quiet {quiet_written(alert.quiet)}",
        f"mentions {', '.join(alert.mentions)}" if alert.mentions else "",
        "also when nothing happened" if alert.says_nothing_happened else "",
        "" if alert.until_on is None else f"until {alert.until_on}",
    ]
    return "; ".join(each for each in parts if each)


def quiet_written(quiet: Quiet) -> str:
    """Return quiet hours as the file writes them."""
    return f"{quiet.begins:%H:%M}-{quiet.ends:%H:%M}"
