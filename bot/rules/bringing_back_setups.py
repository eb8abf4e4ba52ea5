"""What was taken away from a project a moment ago, given back as the audit has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Conflict, NotFound
from bot.domain.form_field import FormField
from bot.domain.project_setup import Shared, Who
from bot.domain.rights import Action, Role
from bot.rules.access import NO_SUCH_THING
from bot.rules.project_edits import check_who, map_channel

if TYPE_CHECKING:
    from bot.domain.entry import Entry
    from bot.domain.project_setup import ChannelFacts, ProjectSetup
    from bot.rules.access import Asker
    from bot.rules.project_edits import Edit
    from storage.transaction import Transaction

MEMBER, SHARE, CHANNEL = "member.remove", "share.remove", "channel.unmap"
TAKEN_AWAY = frozenset([MEMBER, SHARE, CHANNEL])
"""The actions of the audit that can be undone."""
MOST_SINCE = 500
"""The newest changes of a project among which those of what was taken away are looked for."""
GROUP = "S"
"""Begins Slack's ids of user groups."""


def bring_back(entry: Entry, facts: ChannelFacts | None = None) -> Edit:
    """Return the edit that gives back what the entry took away. `facts` are of a channel as it is now.

    The edit raises Conflict if it is there again, and NotUnderstood for people who have left Slack. A share
    is given back without asking who may give it: the project had it.
    """
    if entry.action == MEMBER:
        return _member(entry)
    if entry.action == SHARE:
        return _share(entry)
    if facts is None:
        raise NotFound(NO_SUCH_THING)
    return map_channel(facts)


def _member(entry: Entry) -> Edit:
    who = _who(entry.subject)
    role = Role((entry.before or {})["role"])

    def edit(tx: Transaction, asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
        _check_is_the_last_word(tx, entry)
        if who in setup.members:
            raise Conflict("They are in the project again already.")
        check_who(tx, asker.person.workspace_id, who, field=FormField.PEOPLE)
        return setup.with_member(who, role)

    return edit


def _share(entry: Entry) -> Edit:
    kind, _, name = entry.subject.partition(" ")
    before = entry.before or {}
    only = None if before["only"] is None else tuple(_who(each) for each in before["only"])
    shared = Shared(name, kind == "tag", only)
    actions = frozenset(Action(each) for each in before["actions"])

    def edit(tx: Transaction, asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
        _check_is_the_last_word(tx, entry)
        if shared in setup.shares:
            raise Conflict("It is shared again already.")
        for each in only or ():
            check_who(tx, asker.person.workspace_id, each, field=FormField.ONLY)
        return setup.with_share(shared, actions)

    return edit


def _check_is_the_last_word(tx: Transaction, entry: Entry) -> None:
    """Raise Conflict if somebody else has changed what the entry took away since then."""
    kind = entry.action.partition(".")[0]
    of_project = [] if entry.project_id is None else [entry.project_id]
    since = tx.audit.entries(entry.workspace_id, project_ids=of_project, kinds=[kind], limit=MOST_SINCE)
    if any(
        each.allowed
        and each.audit_id > entry.audit_id
        and each.subject == entry.subject
        and each.person_id != entry.person_id
        for each in since
    ):
        raise Conflict("Somebody else has changed that since. Look at it, and change it there.")


def _who(slack_id: str) -> Who:
    return Who(slack_id, is_group=slack_id.startswith(GROUP))
