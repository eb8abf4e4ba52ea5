"""Nothing of one project is told in another: whatever is pressed, and wherever something is posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import company
from tests.crawl import crawl
from tests.house import NINA, House, revealed
from tests.world import GENERAL, HR, PRIYA, SAM

if TYPE_CHECKING:
    from bot.domain.project import Person


@pytest.mark.parametrize(
    ("who", "where"),
    [(PRIYA, HR), (PRIYA, ""), (NINA, GENERAL), (SAM, "")],
    ids=["a runner in their channel", "a runner", "a manager", "nobody"],
)
def test_whatever_they_press_they_learn_nothing_of_another_project(house: House, who: Person, where: str):
    sent = crawl(house, who, where=where, job=company.HRS_TITLE.lower())

    assert [(revealed(each), each) for each in house.transcript if revealed(each)] == []
    assert len(sent) > (10 if who is not SAM else 0)
    if who is not SAM:
        assert company.HRS_TITLE in "\n".join(house.transcript)
