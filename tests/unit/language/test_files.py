"""Which files an input takes, by its schema."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.job import InputKind
from bot.domain.kept_file import as_value
from bot.language.inputs import endings_of, problem, read_typed, refused_file, show_value, wanted_file
from tests.params import SEEN, an_input


def of_file(**schema: Any) -> Any:
    return an_input(None, type="string", format="file", title="Orders", **schema)


@pytest.mark.parametrize(
    ("schema", "name", "media_type", "is_taken"),
    [
        ({}, "orders.exe", "application/x-msdownload", True),
        ({"contentMediaType": "text/csv"}, "orders.csv", "text/plain", True),
        ({"contentMediaType": "text/csv"}, "ORDERS.CSV", "", True),
        ({"contentMediaType": "text/csv"}, "orders", "text/csv", True),
        ({"contentMediaType": "text/csv"}, "orders.xlsx", "application/zip", False),
        ({"contentMediaType": "image/*"}, "shop.png", "image/png", True),
        ({"contentMediaType": "image/*"}, "shop.csv", "text/csv", False),
        ({"extensions": [".csv", "TXT"]}, "orders.txt", "", True),
        ({"extensions": "csv"}, "csv", "", False),
        ({"extensions": [7, None, ""]}, "orders.any", "", True),
    ],
)
def test_a_file_is_taken_by_its_name_or_its_type(
    schema: dict[str, Any], name: str, media_type: str, *, is_taken: bool
):
    assert (refused_file(of_file(**schema), name, media_type) is None) is is_taken


def test_what_is_taken_is_said_in_words():
    excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert wanted_file(of_file(contentMediaType=excel)) == "a file ending in .xlsx"
    assert wanted_file(of_file(extensions=["csv", "txt"])) == "a file ending in .csv or .txt"
    assert wanted_file(of_file(contentMediaType="application/x-own")) == "a file of type application/x-own"
    assert wanted_file(of_file()) == "any file"
    assert endings_of(of_file(contentMediaType="text/csv")) == ("csv",)


def test_a_file_fits_only_an_input_for_files_and_its_name_is_no_secret():
    kept = as_value("0" * 32, "orders.csv")
    secret_by_name = an_input(None, name="token_file", type="string", format="file")

    assert problem(of_file(), kept) is None
    assert problem(an_input(None, type="string", title="Text"), kept)
    assert secret_by_name.kind is InputKind.FILE
    assert show_value(secret_by_name, kept) == "orders.csv"


def test_it_cannot_be_typed():
    with pytest.raises(NotUnderstood, match="choose it in the form"):
        read_typed(of_file(), "orders.csv", SEEN)
