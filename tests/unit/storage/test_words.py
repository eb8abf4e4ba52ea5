"""Words are looked for in the database: nothing that fits is missed, and hardly anything else is found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, MetaData, Table, Text, select

from storage.words import FOLD_INTO_LATIN, begins, holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement

    from storage.database import Database

pytestmark = pytest.mark.both_databases

TITLES = (
    "Revenue report", "énergie report", "ÉNERGIE Report", "Straße 7", "STRASSE 7", "\ufb01nance",
    "\u0130stanbul sales", "Отчёт о продажах", "отчёт", "日次レポート", "100% done", "a_b", "aXb",
    "back\\slash", "\u212aelvin", "émile",
)  # fmt: skip
WORDS = (
    "report", "Report", "énergie", "ÉNERGIE", "energie", "straße", "strasse", "SS", "finance", "i",
    "istanbul", "ОТЧЁТ", "отчёт о", "レポ", "100%", "a_b", "\\", "kelvin", "é", "ß", "x",
)  # fmt: skip
NAMES = Table("some_names", MetaData(), Column("name", Text, primary_key=True), prefixes=["TEMPORARY"])


def found(database: Database, words: str, fits: Callable[..., ColumnElement[bool]]) -> set[str]:
    with database.transaction() as tx:
        NAMES.create(tx.connection)
        tx.connection.execute(NAMES.insert(), [{"name": each} for each in TITLES])
        rows = set(
            tx.connection.execute(
                select(NAMES.c.name).where(fits(tx.connection, NAMES.c.name, words))
            ).scalars()
        )
        NAMES.drop(tx.connection)
        return rows


@pytest.mark.parametrize("words", WORDS)
def test_whatever_fits_is_found(database: Database, words: str):
    wanted = words.casefold()
    assert {each for each in TITLES if wanted in each.casefold()} <= found(database, words, holds)
    assert {each for each in TITLES if each.casefold().startswith(wanted)} <= found(database, words, begins)


@pytest.mark.parametrize("words", [each for each in WORDS if each.isascii()])
def test_a_title_fits_no_word_only_because_it_has_other_letters(database: Database, words: str):
    """But for letters such as “ß”, which stand for Latin ones."""
    also = {each for each in TITLES if set(each) & set(FOLD_INTO_LATIN)}
    assert (
        found(database, words, holds) - also
        == {each for each in TITLES if words.casefold() in each.casefold()} - also
    )


def test_words_of_other_letters_narrow_too(database: Database):
    assert found(database, "énergie", holds) & {"Отчёт о продажах", "émile", "Revenue report"} == set()


@pytest.mark.slow
def test_every_letter_that_folds_into_latin_ones_is_known():
    folding = {
        letter
        for letter in map(chr, range(128, sys.maxunicode + 1))
        if any(each.isascii() for each in letter.casefold())
    }
    assert set(FOLD_INTO_LATIN) == folding
