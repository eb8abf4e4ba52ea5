"""Acting as a person from a test: by what they see, never by an id of the app's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack import channels, lifecycle
from playground.slack.acting import NotPossibleError
from playground.slack.driver_person import Person
from playground.slack.driver_reach import Reach
from playground.slack.driver_seen import NotSeenError

if TYPE_CHECKING:
    from playground.slack.description import GroupDescription, PersonDescription
    from playground.slack.faults import Faults

__all__ = ["Driver", "NotPossibleError", "NotSeenError", "Person"]


class Driver(Reach):
    """A test's hands and eyes in the workspace."""

    @property
    def faults(self) -> Faults:
        return self._workspace.faults

    def as_person(self, name: str) -> Person:
        """By the name everybody sees."""
        for each in self._workspace.state.people.values():
            if name in {each.name, each.id} and not each.bot:
                return Person(self, each.id, each.name)
        raise NotSeenError(f"nobody here is called {name!r}")

    def journal(self) -> list[dict[str, Any]]:
        return self._workspace.journal.entries()

    def broken_rules(self) -> list[str]:
        """What the app did that Slack refused, as "method: rule"."""
        return [f"{each['name']}: {each['broke']}" for each in self.journal() if each["broke"]]

    def refresh_connections(self) -> None:
        self.run(self._workspace.socket.refresh())

    def drop_connections(self) -> None:
        self.run(self._workspace.socket.drop())

    def connections(self) -> int:
        return len(self._workspace.socket.connections)

    # What happens around the app

    def add_person(self, person: PersonDescription) -> None:
        """Somebody joins the team; the app hears `team_join`. A restart forgets them."""
        self.look(lambda: lifecycle.add_person(self._workspace, person))

    def change_person(self, name: str, **changes: Any) -> None:
        """Somebody's directory entry (name, tz, deactivated, …); the app hears `user_change`."""
        person = self.as_person(name)
        self.look(lambda: lifecycle.change_person(self._workspace, person.id, **changes))

    def change_group(self, handle: str, **changes: Any) -> None:
        """A user group (members, disabled, …); the app hears what changed."""
        found = next(each.id for each in self._workspace.state.groups if each.handle == handle)
        self.look(lambda: lifecycle.change_group(self._workspace, found, **changes))

    def create_group(self, group: GroupDescription) -> None:
        """The app hears `subteam_created`. A restart forgets it."""
        self.look(lambda: lifecycle.create_group(self._workspace, group))

    def rename_channel(self, channel: str, name: str, by: str | None = None) -> None:
        self.look(
            lambda: channels.rename_channel(self._workspace, self._channel(channel), name, self._by(by))
        )

    def archive_channel(self, channel: str, by: str | None = None) -> None:
        self.look(lambda: channels.archive_channel(self._workspace, self._channel(channel), self._by(by)))

    def unarchive_channel(self, channel: str, by: str | None = None) -> None:
        self.look(lambda: channels.unarchive_channel(self._workspace, self._channel(channel), self._by(by)))

    def enable_events(self) -> None:
        """As in the app's settings, after Slack has stopped sending to it."""
        self.look(self._workspace.event_limits.enable)

    def uninstall(self) -> None:
        self.look(lambda: lifecycle.uninstall(self._workspace))

    def _by(self, name: str | None) -> str:
        """Whoever is named, else the first who could have done it."""
        everybody = self._workspace.state.people.values()
        someone = next(each.name for each in everybody if not (each.bot or each.deactivated or each.guest))
        return self.as_person(name or someone).id

    def _channel(self, name: str) -> str:
        for each in self._workspace.state.conversations.values():
            if each.name == name.removeprefix("#"):
                return each.id
        raise NotSeenError(f"there is no channel called {name!r}")
