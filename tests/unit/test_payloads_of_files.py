"""What Slack tells of a file in a form is read whatever stands there, because a form can be forged."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.kept_file import ChosenFile
from handlers.payloads import read_submission

FILE = {"id": "F1", "name": "orders.csv", "mimetype": "text/csv", "size": 12, "user": "U0TOM"}


def read(files: Any) -> Any:
    state = {"of.x.input.orders": {"value": {"type": "file_input", "files": files}}}
    view = {"id": "V1", "callback_id": "form", "state": {"values": state}}
    body = {"team": {"id": "T1"}, "user": {"id": "U0TOM"}, "view": view}
    return read_submission(body).view.values["of.x.input.orders"]


def test_a_file_is_read_as_slack_tells_of_it():
    assert read([FILE]) == [ChosenFile("F1", "orders.csv", "text/csv", 12)]


@pytest.mark.parametrize("files", [None, [], "F1", 7, {"id": "F1"}, ["F1", None, 7]])
def test_what_is_no_file_is_none(files: Any):
    assert read(files) == []


@pytest.mark.parametrize("size", [-1, "12", None, 1.5, [12]])
def test_a_size_that_is_none_is_not_believed(size: Any):
    assert read([{**FILE, "size": size}])[0].size == 0
