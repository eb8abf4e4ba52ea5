"""A form and the app's Home in a test: filled in, sent, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.slack.driver_seen import NotSeenError, label_of, parts, text_of
from playground.slack.driver_touch import Touch

if TYPE_CHECKING:
    from playground.slack.driver_reach import Reach
    from playground.slack.records import Json


@dataclass(frozen=True, slots=True)
class Modal:
    """The form on top of this person's screen, whichever it is when asked."""

    driver: Reach
    person: str

    @property
    def drawn(self) -> Json:
        drawn = self.driver.look(self.driver.screen(self.person).modal)
        if drawn is None:
            raise NotSeenError("no form is open")
        return drawn

    @property
    def touch(self) -> Touch:
        return Touch(self.driver, self.person, {"view": self.drawn["id"]}, lambda: self.drawn["blocks"])

    @property
    def title(self) -> str:
        return str(self.drawn["title"])

    @property
    def text(self) -> str:
        return text_of(self.drawn["blocks"])

    @property
    def labels(self) -> list[str]:
        return [label for _, _, label in parts(self.drawn["blocks"])]

    @property
    def trouble(self) -> str:
        return str(self.drawn["trouble"])

    def fill(self, label: str, value: str, *, enter: bool = False, beside: str = "") -> None:
        self.touch.fill(label, value, enter=enter, beside=beside)

    def choose(
        self, label: str, *options: str, query: str | None = None, confirm: bool = True, beside: str = ""
    ) -> None:
        self.touch.choose(label, *options, query=query, confirm=confirm, beside=beside)

    def attach(self, label: str, name: str, content: bytes) -> None:
        self.touch.attach(label, name, content)

    def detach(self, label: str, name: str) -> None:
        self.touch.detach(label, name)

    def offers(self, label: str, query: str = "") -> list[str]:
        return self.touch.offers(label, query)

    def value(self, label: str) -> str:
        return self.touch.value(label)

    def press(self, label: str, *, confirm: bool = True, beside: str = "") -> None:
        self.touch.press(label, confirm=confirm, beside=beside)

    def submit(self) -> None:
        """Returns when the app has answered, or has not in time."""
        self.driver.act("submit", self.person, view=self.drawn["id"])

    def close(self, *, everything: bool = False) -> None:
        """Cancel; `everything` is the X."""
        self.driver.act("close", self.person, view=self.drawn["id"], everything=everything)

    def error(self, label: str) -> str:
        """What stands in red under the field; empty when nothing does."""
        for block in self.drawn["blocks"]:
            if block["type"] == "input" and label_of(block["label"]) == label:
                return str(block.get("error", ""))
        raise NotSeenError(f"no field is labelled {label!r}; there is {self.labels}")

    def see(self, containing: str, *, timeout: float | None = None) -> None:
        """Wait until the form has these words."""

        def look() -> bool:
            drawn = self.driver.screen(self.person).modal()
            return drawn is not None and containing in f"{drawn['title']}\n{text_of(drawn['blocks'])}"

        self.driver.wait_for(look, timeout, lambda: f"the form has no {containing!r}")

    def see_no_field(self, label: str, *, timeout: float | None = None) -> None:
        """Wait until no field is labelled so."""

        def look() -> bool:
            drawn = self.driver.screen(self.person).modal()
            return drawn is not None and label not in [each for _, _, each in parts(drawn["blocks"])]

        self.driver.wait_for(look, timeout, lambda: f"the form still has a field {label!r}")

    def see_closed(self, *, timeout: float | None = None) -> None:
        self.driver.wait_for(
            lambda: self.driver.screen(self.person).modal() is None, timeout, lambda: "a form is still open"
        )


@dataclass(frozen=True, slots=True)
class Home:
    driver: Reach
    person: str

    @property
    def drawn(self) -> Json:
        drawn = self.driver.look(self.driver.screen(self.person).home)
        if drawn is None:
            raise NotSeenError("the app has published no Home for this person")
        return drawn

    @property
    def touch(self) -> Touch:
        return Touch(self.driver, self.person, {"view": self.drawn["id"]}, lambda: self.drawn["blocks"])

    @property
    def text(self) -> str:
        return text_of(self.drawn["blocks"])

    @property
    def buttons(self) -> list[str]:
        return [label for _, element, label in parts(self.drawn["blocks"]) if element["type"] == "button"]

    def words_now(self) -> str:
        """On the server's own loop only."""
        drawn = self.driver.screen(self.person).home()
        return text_of(drawn["blocks"]) if drawn else ""

    def see(self, containing: str, *, timeout: float | None = None) -> None:
        self.driver.wait_for(
            lambda: containing in self.words_now(), timeout, lambda: f"Home shows: {self.words_now()}"
        )
