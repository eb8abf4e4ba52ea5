"""Airflow is down, or refuses: who presses a button hears of Airflow, and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from bot.domain.errors import Forbidden, Rejected, Unavailable
from tests.world import FINANCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

NOT_ALLOWED = "does not allow Runbell's account"
TROUBLES: list[tuple[Any, str]] = [
    (Unavailable("Airflow", "it cannot be reached", not_done=True), "Airflow cannot be reached right now"),
    (Unavailable("Airflow", "it did not answer in time"), "may or may not have been done"),
    (Unavailable("Airflow", "403: Forbidden", not_done=True, code="403"), NOT_ALLOWED),
    (Forbidden("Airflow", "403: Forbidden", needs="“DAG Runs: edit”"), "it needs “DAG Runs: edit”"),
    (
        Unavailable("Airflow", "401: Token Expired", not_done=True, code="401"),
        "does not allow Runbell's account",
    ),
    (Rejected("Airflow", "409: it changed", "409"), "Airflow refused to do that"),
]


@pytest.fixture
def stop(world: World, tom: Person, slack: RunningWorkspace) -> Callable[[], None]:
    """Presses Stop on the card of a run that goes on."""
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=4))
    card = world.slack.posted[0].message
    WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
        channel=FINANCE, text=card.text, blocks=list(card.blocks)
    )
    return lambda: tom.press("Stop", in_=tom.see("#finance", "Build warehouse"))


@pytest.mark.parametrize(("trouble", "words"), TROUBLES)
def test_a_stop_that_airflow_does_not_take_names_airflow_and_what_to_do(
    world: World, tom: Person, stop: Callable[[], None], trouble: Exception, words: str
):
    world.airflow.fail_next(trouble)

    stop()

    told = tom.see("#finance", words).text
    assert "reference" in told
    assert "our side" not in told
