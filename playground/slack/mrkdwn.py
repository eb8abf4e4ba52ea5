"""Slack's text markup, read into runs that a page can draw without knowing the markup.

A run is a dict: "s" its text; flags "b" "i" "x" "c" (bold, italic, struck, code); "href"; "user",
"channel", "group"; "pre" and "quote" for lines that stand by themselves (a quote holds runs of its own).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.slack.dates import write_date, zone_of
from playground.slack.emoji import with_emoji
from playground.slack.names import conversation_title

if TYPE_CHECKING:
    from playground.slack.records import Json
    from playground.slack.state import State

PRE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
INLINE = re.compile(
    r"<(?P<angle>[^<>\n]+)>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?=[^\s*_~])(?P<marked>[^\n]*?)(?<=\S)(?P=mark)(?![\w*_~])"
)
ADDRESS = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"]", re.IGNORECASE)
FLAGS = {"*": "b", "_": "i", "~": "x"}
DATE = re.compile(r"!date\^(?P<at>\d+)\^(?P<form>[^|^]+)(?:\^(?P<link>[^|]+))?(?:\|(?P<fallback>.*))?")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes: names are looked up and dates written for this viewer."""

    state: State
    viewer: str
    now: float

    def mrkdwn(self, text: str) -> list[Json]:
        runs: list[Json] = []
        at = 0
        for found in PRE.finditer(text):
            runs += self._lines(text[at : found.start()])
            runs.append({"pre": html.unescape(found[1])})
            at = found.end()
        return runs + self._lines(text[at:])

    def plain(self, text: str) -> list[Json]:
        """A plain_text object: nothing but emoji is read."""
        return [{"s": with_emoji(text)}]

    def _lines(self, text: str) -> list[Json]:
        runs: list[Json] = []
        quoted: list[str] = []
        lines: list[str] = []
        for line in text.split("\n"):
            if line.startswith(("&gt;", ">")):
                runs += self._inline("\n".join(lines), {}) if lines else []
                lines = []
                quoted.append(line.removeprefix("&gt;").removeprefix(">").lstrip(" "))
                continue
            runs += self._quote(quoted)
            quoted = []
            lines.append(line)
        runs += self._quote(quoted)
        return runs + (self._inline("\n".join(lines), {}) if any(lines) or len(lines) > 1 else [])

    def _quote(self, lines: list[str]) -> list[Json]:
        return [{"quote": self._inline("\n".join(lines), {})}] if lines else []

    def _inline(self, text: str, flags: Json) -> list[Json]:
        runs: list[Json] = []
        at = 0
        for found in INLINE.finditer(text):
            runs += self._text(text[at : found.start()], flags)
            if found["angle"]:
                runs.append({**self._angle(found["angle"]), **flags})
            elif found["code"]:
                runs.append({"s": html.unescape(found["code"]), **flags, "c": 1})
            else:
                runs += self._inline(found["marked"], {**flags, FLAGS[found["mark"]]: 1})
            at = found.end()
        return runs + self._text(text[at:], flags)

    def _text(self, text: str, flags: Json) -> list[Json]:
        """An address that stands by itself is a link."""
        runs: list[Json] = []
        at = 0
        for found in ADDRESS.finditer(text):
            address = html.unescape(found[0])
            runs += self._words(text[at : found.start()], flags)
            runs.append({"s": address, "href": address, **flags})
            at = found.end()
        return runs + self._words(text[at:], flags)

    def _words(self, text: str, flags: Json) -> list[Json]:
        return [{"s": with_emoji(html.unescape(text)), **flags}] if text else []

    def _angle(self, inside: str) -> Json:
        target, _, label = inside.partition("|")
        if target.startswith("@"):
            return self.user(target[1:])
        if target.startswith("#"):
            return self.channel(target[1:], label)
        if target.startswith("!date^"):
            return self._date(inside)
        if target.startswith("!subteam^"):
            return self.group(target.removeprefix("!subteam^"), label)
        if target.startswith("!"):
            return {"s": "@" + (label or target[1:]).lstrip("@"), "group": target[1:]}
        return {"s": with_emoji(html.unescape(label or target)), "href": html.unescape(target)}

    def user(self, user: str) -> Json:
        person = self.state.people.get(user)
        return {"s": f"@{person.name if person else 'unknown'}", "user": user}

    def channel(self, channel: str, label: str = "") -> Json:
        """A private channel stays nameless for those outside it."""
        conversation = self.state.conversations.get(channel)
        if conversation is not None and self.state.sees(self.viewer, channel):
            return {"s": conversation_title(self.state, conversation, self.viewer), "channel": channel}
        return {"s": f"#{label}" if label and conversation is None else "🔒 private channel"}

    def group(self, group: str, label: str = "") -> Json:
        for each in self.state.groups:
            if each.id == group:
                return {"s": f"@{each.handle}", "group": group}
        return {"s": label or "@group", "group": group}

    def date(self, at: int, form: str, link: str | None = None) -> Json:
        zone = zone_of(self.state.people[self.viewer].tz)
        run: Json = {"s": write_date(at, form, zone, self.now)}
        return {**run, "href": link} if link else run

    def _date(self, inside: str) -> Json:
        found = DATE.fullmatch(inside)
        if found is None:
            return {"s": f"<{inside}>"}
        return self.date(int(found["at"]), found["form"], found["link"])


def words(runs: list[Json]) -> str:
    """What a person reads, without any markup."""
    return "".join(_words(run) for run in runs)


def _words(run: Json) -> str:
    return words(run["quote"]) + "\n" if "quote" in run else str(run.get("s") or run.get("pre") or "")
