"""The form's inputs: typed words are filled in or stand at their field; all that is wrong is said at once."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotUnderstood, SeveralWrong
from bot.domain.job import Job, JobKey
from handlers.form.inputs import read_form, read_words
from tests.fakes.sample_jobs import DAY, FULL, REGION, ROWS
from tests.forms import block_of, element_of, opened, sent
from tests.params import SEEN, a_job, an_input

JOB = Job(JobKey("default", "job"), "Import orders", inputs=(REGION, ROWS, DAY, FULL))


def test_typed_words_are_filled_in_as_they_are_read():
    given, wrong = read_words(JOB, {"full": "no", "region": "US", "day": "27 Nov 2026"}, SEEN)
    view = opened(JOB, given, wrong)

    assert given == {"full": False, "region": "us", "day": "2026-11-27"}
    assert wrong == {}
    assert element_of(view, "full")["initial_option"]["value"] == "no"
    assert element_of(view, "day")["initial_date"] == "2026-11-27"
    assert read_form(JOB, sent(view), given, SEEN) == given


def test_a_name_that_is_no_inputs_is_refused_with_the_one_that_was_meant():
    with pytest.raises(NotUnderstood, match="Did you mean `region`"):
        read_words(JOB, {"regoin": "us"}, SEEN)


def test_what_cannot_be_read_stands_at_its_field_until_it_is_put_right():
    given, wrong = read_words(JOB, {"rows": "lots", "day": "banana", "region": "us"}, SEEN)
    view = opened(JOB, given, wrong)

    assert element_of(view, "rows")["initial_value"] == "lots"
    assert "takes a whole number, like 20" in block_of(view, "rows")["hint"]["text"]
    with pytest.raises(SeveralWrong) as refusal:
        read_form(JOB, sent(view), given, SEEN)
    assert [each.field for each in refusal.value.errors] == ["rows", "day"]
    assert read_form(JOB, sent(view, {"rows": "7", "day": None}), given, SEEN) == {"region": "us", "rows": 7}


def test_a_typed_secret_is_kept_and_shown_nowhere():
    secret = an_input(None, name="db_password", type=["string", "null"])
    job = Job(JobKey("default", "job"), "Loader", inputs=(secret, ROWS))
    given, wrong = read_words(job, {"db_password": "hunter2"}, SEEN)
    view = opened(job, given, wrong)

    assert "hunter2" not in str(view)
    assert read_form(job, sent(view, {"rows": "7"}), given, SEEN) == {"db_password": "hunter2", "rows": 7}


def test_inputs_that_have_no_room_are_named_and_those_that_must_be_given_are_shown():
    params = {f"p{number}": {"value": "x", "schema": {"type": "string"}} for number in range(150)}
    job = a_job(**params, needed={"value": None, "schema": {"type": "string"}})
    view = opened(job)

    assert len(view["blocks"]) <= 100
    assert block_of(view, "needed")
    assert "more inputs have no room here" in str(view["blocks"])
    assert read_form(job, sent(view, {"needed": "y"}), {"p149": "kept"}, SEEN) == {
        "needed": "y",
        "p149": "kept",
    }
