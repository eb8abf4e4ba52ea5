"""Groups of what is late in a place, or happens to jobs, and the messages about each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select, update

from bot.domain.late import About, GroupedWords, LateGroup, about, has_ended, is_news, latest_of
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from storage.notice_rows import notice_of
from storage.reading import readable
from storage.tables import conditions, late_groups, notices
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.domain.notice import Notice

MOST_READ = 300
"""How many messages a group shows; the thread has the others."""


class LateGroups:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_at(self, place: Place, of: About) -> LateGroup | None:
        """Return the group of this kind that is open in the place, locked. None if there is none."""
        query = select(late_groups).where(
            late_groups.c.workspace_id == place.workspace_id,
            late_groups.c.channel_id == place.channel_id,
            late_groups.c.about == of,
            late_groups.c.ended_at.is_(None),
        )
        row = self._connection.execute(query.with_for_update()).first()
        return None if row is None else _group(row)

    def get(self, group_id: str) -> LateGroup | None:
        """Return the group. None if it is forgotten."""
        row = self._connection.execute(select(late_groups).where(late_groups.c.group_id == group_id)).first()
        return None if row is None else _group(row)

    def add(self, group: LateGroup) -> bool:
        """Insert the group. Return False if one of its kind is open in its place."""
        row = {
            "group_id": group.group_id,
            "workspace_id": group.place.workspace_id,
            "channel_id": group.place.channel_id,
            "began_at": group.began_at,
            "last_at": group.last_at,
            "rule": group.rule,
            "about": group.about,
        }
        return insert_new(self._connection, late_groups, row)

    def keep(self, group: LateGroup) -> None:
        """Overwrite when the last message of the group is to be sent."""
        its_id = late_groups.c.group_id == group.group_id
        self._connection.execute(update(late_groups).where(its_id).values(last_at=group.last_at))

    def end(self, group: LateGroup, *, at: datetime) -> None:
        """End the group: what is late from now on begins another one."""
        its_id = late_groups.c.group_id == group.group_id
        self._connection.execute(update(late_groups).where(its_id).values(ended_at=at))

    def is_over(self, group: LateGroup) -> bool:
        """Return whether everything that the group tells of is over. What was missed stays so."""
        if group.about is About.JOBS:
            latest = self.words_of(group.group_id, most=1)  # one deploy breaks hundreds, one after the other
            is_over = all(has_ended(each) for each in latest)
            return is_over and all(has_ended(each) for each in self.words_of(group.group_id))
        is_open = exists().where(
            conditions.c.condition_id == notices.c.subject, conditions.c.ended_at.is_(None)
        )
        still = or_(notices.c.kind == NoticeKind.WORDS, is_open)
        query = select(notices.c.notice_id).where(notices.c.under == group.group_id, still)
        return self._connection.execute(query.limit(1)).first() is None

    def ungrouped(self, place: Place, of: About, since: datetime, until: datetime) -> list[Notice]:
        """Return the messages about such things that are in no group, to be sent between these moments.

        What is late no longer is left out; that a job can run again is news as well.
        """
        query = select(notices).where(
            notices.c.workspace_id == place.workspace_id,
            notices.c.channel_id == place.channel_id,
            notices.c.wanted_at.between(since, until),
            notices.c.message.is_not(None),
            notices.c.kind.in_((NoticeKind.QUESTION, NoticeKind.WORDS)),
            notices.c.under.is_(None),
        )
        found = readable(self._connection.execute(query.order_by(notices.c.notice_id)), notice_of)
        return [
            each
            for each in found
            if isinstance(each.told, GroupedWords)
            and about(each.told) is of
            and (is_news(each.told) if of is About.JOBS else not has_ended(each.told))
        ]

    def join(self, found: Sequence[Notice], group: LateGroup) -> None:
        """Let the group's message tell of these. What is not sent yet is posted below it."""
        chosen = notices.c.notice_id.in_([each.notice_id for each in found])
        self._connection.execute(update(notices).where(chosen).values(under=group.group_id))

    def words_of(self, group_id: str, *, most: int = MOST_READ) -> list[GroupedWords]:
        """Return the latest words about each run or job of the group, the newest first."""
        query = select(notices).where(notices.c.under == group_id).order_by(notices.c.notice_id.desc())
        found: dict[str, GroupedWords] = {}
        for each in readable(self._connection.execute(query.limit(most)), notice_of):
            if isinstance(each.told, GroupedWords):
                found.setdefault(latest_of(each.told, each.subject), each.told)
        return list(found.values())


def _group(row: Row[Any]) -> LateGroup:
    place = Place(row.workspace_id, row.channel_id)
    return LateGroup(row.group_id, place, row.began_at, row.last_at, row.rule, About(row.about))
