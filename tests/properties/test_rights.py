"""Every combination of person, role, share and channel, against a second formulation of the rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations, product
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.project import Person
from bot.domain.rights import Action, Membership, Named, Role, Share, actions_on, reports_privately, role_of

SOMEBODY = Person("T1", "U1", "Somebody", ZoneInfo("UTC"))
KINDS: dict[str, dict[str, Any]] = {
    "member": {},
    "bot": {"is_bot": True},
    "deactivated": {"is_deactivated": True},
    "guest": {"is_guest": True},
    "outsider": {"is_outsider": True},
    "deactivated guest": {"is_deactivated": True, "is_guest": True},
}
ROLES = ("viewer", "runner", "manager")
BY_HAND = {
    "viewer": {"see"},
    "runner": {"see", "run", "schedule"},
    "manager": {"see", "run", "schedule", "stop", "pause"},
}
NAMINGS = (None, (), ("self",), ("group",), ("self", "group"))
ACTION_SETS = [
    set(some) for some in chain.from_iterable(combinations(BY_HAND["manager"], n) for n in range(6))
]


def by_the_book(kind: str, memberships: list[tuple[str, str]], shares: list) -> set[str]:  # type: ignore[type-arg]
    """product.md section 3, said once more and otherwise: from the action, not from the person."""
    may = set()
    for action in BY_HAND["manager"]:
        if "bot" in kind or "deactivated" in kind:
            continue
        ways = {"self"} if kind in {"guest", "outsider"} else {"self", "group"}
        role_allows = any(way in ways and action in BY_HAND[role] for role, way in memberships)
        shared = any(
            (action in actions or (action == "see" and actions)) and (named is None or ways & set(named))
            for actions, named in shares
        )
        if role_allows and shared:
            may.add(action)
    return may


def test_every_combination_of_one_membership_and_one_share():
    seen = 0
    for kind, role, way, actions, named in product(
        KINDS, (None, *ROLES), ("self", "group"), ACTION_SETS, NAMINGS
    ):
        memberships = [] if role is None else [(role, way)]
        _agree(kind, memberships, [(actions, named)])
        seen += 1
    assert seen > 7_000


def test_every_pair_of_memberships():
    for kind, first, second, way in product(KINDS, ROLES, ROLES, ("self", "group")):
        _agree(kind, [(first, "self"), (second, way)], [(BY_HAND["manager"], None)])


def test_every_pair_of_shares():
    few = [{"see"}, {"run"}, {"schedule", "pause"}]
    for kind, role, one, other, names, more in product(KINDS, ROLES, few, few, NAMINGS, NAMINGS):
        _agree(kind, [(role, "self")], [(one, names), (other, more)])


def test_what_only_named_shares_give_reports_privately():
    named = Share(frozenset({Action.RUN}), (Named(through_group=False),))
    everyones = Share(frozenset({Action.RUN}))
    others = Share(frozenset({Action.RUN}), ())

    assert reports_privately(SOMEBODY, [named, others])
    assert not reports_privately(SOMEBODY, [named, everyones])
    assert not reports_privately(SOMEBODY, [others])


def _agree(kind: str, memberships: list[tuple[str, str]], shares: list) -> None:  # type: ignore[type-arg]
    person = replace(SOMEBODY, **KINDS[kind])
    role = role_of(person, [Membership(way == "group", Role(name)) for name, way in memberships])
    given = [
        Share(
            frozenset(Action(each) for each in actions),
            None if named is None else tuple(Named(way == "group") for way in named),
        )
        for actions, named in shares
    ]

    decided = {action.value for action in actions_on(person, role, given)}

    assert decided == by_the_book(kind, memberships, shares), (kind, memberships, shares)
