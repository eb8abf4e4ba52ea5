"""What a refusal quotes of somebody's words fits on a screen."""

from __future__ import annotations

from bot.domain.errors import NotFound, NotUnderstood


def test_of_long_words_only_the_beginning_is_quoted():
    error = NotFound(f"I can't find a job called “{'z' * 2000}”. Did you mean *Sales report*?")

    assert error.message == f"I can't find a job called “{'z' * 100}…”. Did you mean *Sales report*?"
    assert str(error) == error.message


def test_each_quote_is_cut_by_itself_and_short_ones_stay():
    error = NotUnderstood(f"“Region” is no “{'a' * 101}”, and “{'b' * 100}” is none.", field="when")

    assert error.message == f"“Region” is no “{'a' * 100}…”, and “{'b' * 100}” is none."
