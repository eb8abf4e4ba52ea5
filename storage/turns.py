"""The order in which the notices of a channel are sent."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, exists, func, literal, or_, select

from bot.domain.notice import NoticeKind
from bot.domain.run import RunState
from storage.among import is_number_among
from storage.runs import OPEN
from storage.tables import cards, firings, incident_runs, incidents, notices, runs

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Subquery

_EDITED = (
    NoticeKind.CARD,
    NoticeKind.QUESTION,
    NoticeKind.INCIDENT,
    NoticeKind.STORM,
    NoticeKind.LATE,
    NoticeKind.BACKLOG,
)
_HEARD = tuple(each for each in NoticeKind if each not in _EDITED)
_ITS_CARD = and_(
    cards.c.subject == notices.c.subject,
    cards.c.workspace_id == notices.c.workspace_id,
    cards.c.place_id == notices.c.channel_id,
)
# Correlated by name: inside another subquery it would ask whether any notice at all has a card.
HAS_CARD = exists().where(_ITS_CARD).correlate(notices)
# Slack takes some fifty edits a minute, and many more messages: edits have a pace of their own.
_IS_EDIT = and_(notices.c.kind.in_(_EDITED), HAS_CARD)
_IS_PROGRESS = and_(
    notices.c.kind == NoticeKind.CARD,
    HAS_CARD,
    exists().where(and_(runs.c.id == notices.c.subject, runs.c.state.in_(OPEN))),
)
_IS_IN_THREAD = and_(
    notices.c.kind == NoticeKind.CARD,
    ~HAS_CARD,
    exists().where(
        incident_runs.c.run_key == notices.c.subject,
        incidents.c.incident_id == incident_runs.c.incident_id,
        incidents.c.channel_id == notices.c.channel_id,
        or_(incidents.c.first_run != notices.c.subject, incidents.c.storm_id.is_not(None)),
    ),
)
"""A card in the thread of an incident or a storm that is told already, so nobody waits for it."""
_IS_FAILURE = or_(
    notices.c.kind == NoticeKind.FAILURE,
    and_(notices.c.kind.in_((NoticeKind.INCIDENT, NoticeKind.STORM)), ~HAS_CARD),
    notices.c.kind == NoticeKind.BACKLOG,
    and_(
        notices.c.kind == NoticeKind.CARD,
        ~HAS_CARD,
        exists().where(and_(runs.c.id == notices.c.subject, runs.c.state == RunState.FAILED)),
    ),
)
"""A reply about a failure, and the first card of a failed run, because the reply waits for it."""
LAST = 2
_NEVER = literal(datetime.max.replace(tzinfo=UTC), notices.c.send_at.type)
_IS_QUIET = or_(_IS_IN_THREAD, notices.c.under.is_not(None))
_URGENCY = case((_IS_QUIET, LAST + 1), (_IS_FAILURE, 0), (_IS_PROGRESS, LAST), else_=1)
_asked_by_run = (
    select(firings.c.person_id)
    .join(runs, runs.c.firing_id == firings.c.firing_id)
    .where(runs.c.id == notices.c.subject)
    .scalar_subquery()
)
_asked_by_firing = (
    select(firings.c.person_id).where(firings.c.firing_id == notices.c.subject).scalar_subquery()
)
_REQUESTER = func.coalesce(_asked_by_run, _asked_by_firing, notices.c.subject)
"""The person in whose name a run goes. A run that nobody asked for counts as a requester of its own."""
_earlier = notices.alias("earlier")
# Written so that only the index of subjects serves: after a quiet day PostgreSQL expects one notice to wait,
# and by what waits, or by the ids, it would look through all of them for each.
_WAITS = func.coalesce(_earlier.c.send_at, _NEVER) != _NEVER
_CAME_BEFORE = _earlier.c.notice_id + 0 < notices.c.notice_id
# An earlier notice of the subject and place is still to be sent: a card before the replies to it, a question
# before its answer. The exception is a reply to a card that is posted already: it need not wait for an edit.
_IS_BEHIND = exists().where(
    and_(
        _earlier.c.subject == notices.c.subject,
        _earlier.c.channel_id == notices.c.channel_id,
        _CAME_BEFORE,
        _WAITS,
        ~and_(notices.c.kind.in_(_HEARD), _earlier.c.kind.in_(_EDITED), HAS_CARD),
    )
)
_sum = notices.alias("sum")
_IS_BELOW_WHAT_WAITS = exists().where(_sum.c.subject == notices.c.under, _sum.c.send_at.is_not(None))
_BLOCKED = or_(_IS_BEHIND, _IS_BELOW_WHAT_WAITS)
_IS_FREE = and_(
    notices.c.send_at <= bindparam("now"),
    or_(notices.c.leased_until.is_(None), notices.c.leased_until <= bindparam("now")),
)


def _turns_of(*wanted: ColumnElement[bool]) -> Subquery:
    """Return (notice_id, urgency, turn) of the notices that fit; `turn` 1 is the channel's next one."""
    waiting = (
        select(
            notices.c.notice_id,
            notices.c.workspace_id,
            notices.c.channel_id,
            _URGENCY.label("urgency"),
            _REQUESTER.label("requester"),
        )
        .where(*wanted)
        .subquery()
    )
    place = (waiting.c.workspace_id, waiting.c.channel_id)
    # Who has few notices waiting comes before who has many: the runs of one person's backfill come last.
    many = func.count().over(partition_by=(*place, waiting.c.requester))
    crowd = select(waiting, many.label("many")).subquery()
    first = func.row_number().over(
        partition_by=(crowd.c.workspace_id, crowd.c.channel_id),
        order_by=(crowd.c.urgency, crowd.c.many, crowd.c.notice_id),
    )
    return select(crowd.c.notice_id, crowd.c.urgency, first.label("turn")).subquery()


@cache  # the notifier asks all the time, and building it costs ten times what running it does
def next_of_each_channel(*, edits: bool, progress: bool) -> Select[Any]:
    """Return the query of the ids and urgency of the notices whose turn it is, the most urgent first.

    Those of `now`, but in no channel of `resting`.
    """
    wanted = [_IS_FREE, ~_BLOCKED, notices.c.channel_id.not_in(bindparam("resting", expanding=True))]
    wanted += [] if edits else [~_IS_EDIT]
    wanted += [] if progress else [~_IS_PROGRESS]
    turns = _turns_of(*wanted)
    return (
        select(turns.c.notice_id, turns.c.urgency)
        .where(turns.c.turn == 1)
        .order_by(turns.c.urgency, turns.c.notice_id)
        .limit(bindparam("limit"))
    )


# A query of its own: window functions cannot be locked, and joined, they may be worked out for each row.
STILL_FREE = (
    select(notices)
    .where(is_number_among(notices.c.notice_id, "chosen"), _IS_FREE)
    # SKIP LOCKED: two processes that claim at once take different notices, and neither waits.
    .with_for_update(skip_locked=True)
)
"""Those of the notices `chosen` that no other process has leased by now, locked."""
