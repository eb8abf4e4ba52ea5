"""What is typed as a number of minutes is the number that holds, or it is refused in words."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.job import LONGEST_RUN
from bot.domain.whole_number import whole_number
from bot.rules.project_edits import escalation_of, longest_minutes

ODD = ["000000001" + "9" * 30, "9" * 5000, "٣", "²", "1e9", "-5", " 5", "0"]
"""The first was read as 1 where it was checked, and kept as it is."""


@pytest.mark.parametrize("text", ODD)
def test_no_odd_number_of_minutes_gets_through(text: str):
    with pytest.raises(NotUnderstood, match="whole minutes"):
        longest_minutes(text)
    with pytest.raises(NotUnderstood, match="whole minutes"):
        escalation_of(text, person_id="U1", channel_id="", pager="", pagers=())


def test_zeros_in_front_change_nothing():
    assert longest_minutes("090") == 90
    assert longest_minutes(str(LONGEST_RUN)) == LONGEST_RUN
    assert whole_number("0000000905") is None, "refused, and not read as its first nine digits"
