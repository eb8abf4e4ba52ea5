"""What is late, and jobs that stop: told one by one, from the sixth at once in one message of the place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.identity import new_id
from bot.domain.late import GroupedWords, LateGroup, LateShown, about, has_ended, latest_of
from bot.domain.notice import NoticeKind
from bot.domain.storm import WITHIN, begins_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.alert_rule import Hearing
    from bot.domain.project import Place
    from storage.transaction import Transaction

EDITED_AFTER = timedelta(seconds=5)
"""What one run after the other changes is edited once for several: Slack takes 50 edits a minute."""


def tell_late(
    tx: Transaction,
    kind: NoticeKind,
    at: Mapping[Place, tuple[str, Hearing, GroupedWords]],
    now: datetime,
) -> None:
    """Queue in each place what is told there, as (subject, when and by which rule it is heard, words).

    Where there is much at once, it goes into the thread of the one message that tells of all of it.
    """
    places = sorted(at, key=lambda each: (each.workspace_id, each.channel_id))
    groups = {place: _group_at(tx, place, at[place][2], at[place][1], now) for place in places}
    for place, group in groups.items():
        subject, heard, told = at[place]
        under = None if group is None else group.group_id
        tx.outbox.put(place, kind, subject, send_at=heard.at, told=told, rule=heard.rule, under=under)
        if group is not None:
            _redraw(tx, group, heard.at)


def redraw_groups(tx: Transaction, below: Mapping[Place, str], now: datetime) -> None:
    """Edit the messages of these groups, by place, because something of them is late no longer."""
    for place in sorted(below, key=lambda each: (each.workspace_id, each.channel_id)):
        group = tx.late_groups.get(below[place])
        if group is not None:
            # Where a pause ended early, the message was posted sooner than planned.
            is_posted = tx.outbox.is_heard(group.group_id, place)
            _redraw(tx, group, now if is_posted else max(now, group.began_at))


def late_shown(tx: Transaction, group_id: str) -> LateShown | None:
    """Return everything that the message of a group shows; None for one that is forgotten."""
    group = tx.late_groups.get(group_id)
    words = [] if group is None else tx.late_groups.words_of(group_id)
    return LateShown(group.began_at, tuple(words)) if group is not None and words else None


def _redraw(tx: Transaction, group: LateGroup, at: datetime) -> None:
    is_posted = tx.outbox.is_heard(group.group_id, group.place)
    send_at = at + EDITED_AFTER if is_posted else at
    tx.outbox.put(group.place, NoticeKind.LATE, group.group_id, send_at=send_at, rule=group.rule)


def _group_at(
    tx: Transaction, place: Place, told: GroupedWords, heard: Hearing, now: datetime
) -> LateGroup | None:
    """Return the place's group to which this message belongs, begun with it if need be; None if to none."""
    of = about(told)
    group = tx.late_groups.lock_at(place, of)
    is_taken = group is not None and group.takes(heard.at)
    # Nobody looks into the thread of what is over for what is new.
    if group is not None and is_taken and (has_ended(told) or not tx.late_groups.is_over(group)):
        group = replace(group, last_at=max(group.last_at, heard.at))
        tx.late_groups.keep(group)
        return group
    if group is not None and heard.at < group.began_at:
        return None  # the group waits for the end of quiet hours, and this is heard before
    lately = tx.late_groups.ungrouped(place, of, heard.at - WITHIN, heard.at)
    named = {latest_of(each.told, each.subject) for each in lately if isinstance(each.told, GroupedWords)}
    if len(named | {latest_of(told, "")}) < begins_with(place):
        return None
    if group is not None:
        tx.late_groups.end(group, at=now)
    new = LateGroup(new_id(), place, began_at=heard.at, last_at=heard.at, rule=heard.rule, about=of)
    # Two processes may both bring the last one that it takes; the unique key lets one begin the group.
    if not tx.late_groups.add(new):
        return tx.late_groups.lock_at(place, of)
    tx.late_groups.join(lately, new)
    return new
