"""Short walks through the dispatcher's state machine: what most bugs need, without a search.

A search draws thirty steps of all kinds for an example; a walk takes three, of the kinds in which bugs are.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bot.domain.schedule import MissedPolicy, OverlapPolicy
from tests.properties.dispatching.machine import TROUBLES, Dispatching
from tests.properties.dispatching.people import JOBS, LONGER, WHENS
from tests.properties.dispatching.troubles import CHANGES_OF_MIND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import Databases

STEPS = 3


def walk(databases: Databases, number: int) -> None:
    """Take the walk with this number. Raises AssertionError for what is wrong in the end."""
    drawn = Random(number)
    machine = type("Walking", (Dispatching,), {"databases": databases})()
    try:
        for _ in range(drawn.randint(1, 3)):
            policies = drawn.choice(list(MissedPolicy)), drawn.choice(list(OverlapPolicy))
            machine.add(drawn.choice(sorted(WHENS)), drawn.choice(JOBS), *policies)
        for _ in range(STEPS):
            drawn.choices(ACTS, WEIGHTS)[0](machine, drawn)
    except BaseException:
        machine.undo.close()
        raise
    machine.teardown()


def _trouble(machine: Dispatching, drawn: Random) -> None:
    machine.trouble(
        drawn.randint(0, 1),
        drawn.choice(TROUBLES),
        drawn.choice(CHANGES_OF_MIND),
        drawn.choice((0, 5, 61, 200)),
        drawn.choice(("at once", "after the withdrawal", "late")),
        during=drawn.random() < 0.5,
    )


def _stall(machine: Dispatching, drawn: Random) -> None:
    is_sure = drawn.random() < 0.7
    machine.one_stalls_while_it_posts(drawn.randint(0, 1), drawn.choice(CHANGES_OF_MIND), is_sure=is_sure)


def _begin_nothing(machine: Dispatching, drawn: Random) -> None:
    """Airflow's scheduler is down when what was handed over is due, until after its grace."""
    which = drawn.randint(0, 1)
    machine.add("every hour", "sales_report", drawn.choice(list(MissedPolicy)), OverlapPolicy.ALLOW)
    machine.calm_down(which)
    machine.to_the_lead_of(which, next(machine.kept[-1].moments(machine.processes.now())))
    machine.its_scheduler_goes_or_comes_back()
    for _ in range(4):
        machine.go_on(61, drawn.randint(0, 1))
    machine.its_scheduler_goes_or_comes_back()


def _stall_later(machine: Dispatching, drawn: Random) -> None:
    machine.one_stalls_while_it_asks_what_has_begun(drawn.randint(0, 1), is_back=drawn.random() < 0.7)


def _sleep(machine: Dispatching, drawn: Random) -> None:
    machine.nothing_runs_for(drawn.choice((3, 11, 70, 250, 800)), drawn.choice(CHANGES_OF_MIND))
    for _ in range(drawn.randint(0, 4)):
        machine.go_on(drawn.choice((1, 7, 20, 44, 61)), drawn.randint(0, 1))


def _oversleep(machine: Dispatching, drawn: Random) -> None:
    """Schedules of all three policies miss moments; a person skips the next one before anything wakes up."""
    when = drawn.choice(sorted(WHENS))
    for missed in MissedPolicy:
        machine.add(when, "sales_report", missed, OverlapPolicy.ALLOW)
    machine.go_on(7, drawn.randint(0, 1))
    machine.nothing_runs_for(drawn.choice((3, 70, 250, 800)), drawn.choice(("", "skip")))
    machine.pass_time(drawn.choice((0, 0.6)) * min(each.step for each in machine.kept).total_seconds())
    for _ in range(3):
        machine.go_on(20, drawn.randint(0, 1))


def _outlast(machine: Dispatching, drawn: Random) -> None:
    """The runs of one schedule go on past its next moments, and a person changes their mind meanwhile."""
    place = len(machine.kept)
    machine.add("every 2 minutes", "build_warehouse", drawn.choice(list(MissedPolicy)), OverlapPolicy.WAIT)
    while (machine.kept[place].value or 0) < LONGER:
        machine.edit(place)
    for mind in ("", drawn.choice(CHANGES_OF_MIND)):
        machine.change_of_mind(place, mind)
        for _ in range(drawn.randint(5, 9)):
            machine.go_on(drawn.choice((44, 61)), drawn.randint(0, 1))


def _change(machine: Dispatching, drawn: Random) -> None:
    if drawn.random() < 0.5:
        machine.to_the_next_lead(drawn.randint(0, 1))
    machine.change_of_mind(drawn.randrange(len(machine.kept)), drawn.choice(CHANGES_OF_MIND))
    machine.go_on(drawn.choice((7, 44, 61)), drawn.randint(0, 1))


def _go_on(machine: Dispatching, drawn: Random) -> None:
    for _ in range(drawn.randint(2, 8)):
        machine.go_on(drawn.choice((20, 44, 61)), drawn.randint(0, 1))


ACTS: tuple[Callable[[Dispatching, Random], None], ...] = (
    _trouble, _stall, _stall_later, _begin_nothing, _sleep, _oversleep, _outlast, _change, _go_on,
)  # fmt: skip
WEIGHTS = (6, 2, 1, 2, 3, 2, 2, 2, 2)
