"""Names that people give are one line of what everybody can see, and the command's name is ours alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.one_line import one_line
from bot.language.command_name import under_its_name
from bot.rules.access import Asker
from bot.services.projects.auditing import _harmless
from tests.world import TOM

if TYPE_CHECKING:
    from tests.world import World

APPROVED = "a*\n:white_check_mark: *Payroll* was approved by Maya"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (APPROVED, "a* :white_check_mark: *Payroll* was approved by Maya"),
        ("in\u202evoice", "invoice"),
        ("\u200b12", "12"),
        ("a\x00b\u2028c", "ab c"),
        ("\U0001f468\u200d\U0001f4bb  desk", "\U0001f468\u200d\U0001f4bb desk"),
        ("تقرير", "تقرير"),
    ],
)
def test_a_name_is_one_line_of_what_is_seen(given: str, kept: str):
    assert one_line(given) == kept


@pytest.mark.parametrize("nickname", ["\u200b12", "#\u206012", "list", "Delete"])
def test_a_nickname_that_hides_a_number_or_is_a_command_is_refused(world: World, nickname: str):
    schedule = world.schedule("every day at 9:00")

    with pytest.raises(NotUnderstood) as refused:
        world.adjusting.set_policies(
            Asker(TOM), schedule.schedule_id, missed=schedule.missed, overlap=schedule.overlap, grace=None,
            nickname=nickname,
        )  # fmt: skip

    assert refused.value.field == "nickname"


@pytest.mark.parametrize("cell", ["=1+1", "x;=HYPERLINK(1)", "\u200b=1", '"; +cmd', "\t@x"])
def test_no_cell_of_the_export_is_a_formula(cell: str):
    written = _harmless(cell)

    assert written.startswith("'")
    assert ";" not in written


def test_only_the_command_that_we_name_is_renamed():
    said = {
        "text": "`/schedule list` shows it. <https://bi.example.com/schedule/17|Open it>",
        "blocks": [{"url": "https://bi.example.com/schedule/17", "elements": ({"text": "`/schedule`"},)}],
    }

    assert under_its_name(said, "/jobs") == {
        "text": "`/jobs list` shows it. <https://bi.example.com/schedule/17|Open it>",
        "blocks": [{"url": "https://bi.example.com/schedule/17", "elements": [{"text": "`/jobs`"}]}],
    }
