"""Sixty kinds of params, each untouched, changed, emptied and typed: Airflow gets what was shown.

The judge is Airflow's own Param: what it makes of the conf, it gives to the job.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.job import Input, Job, JobKey
from bot.domain.sealed import SEALED
from bot.gateways.airflow.inputs import inputs_from
from bot.language.inputs import read_field, read_inputs, read_typed, show_value, typed_text
from handlers.form.inputs import read_form
from playground.slack.block_kit.surfaces import check_view, too_large
from tests.forms import chosen, opened, sent
from tests.param_kinds import CASES, LEFT, Kind
from tests.params import SEEN, an_input

EVERY = pytest.mark.parametrize("kind", CASES, ids=lambda kind: kind.name)


def params_of(kind: Kind) -> Any:
    """The param in Airflow's own hands."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from airflow.sdk.definitions.param import Param, ParamsDict  # noqa: PLC0415  warns when it is imported

        return ParamsDict({kind.name: Param(kind.default, **kind.schema)})


def what_the_job_gets(kind: Kind, conf: dict[str, Any]) -> Any:
    """Raises Airflow's own refusal."""
    params = params_of(kind)
    params.update(conf)
    return params.validate()[kind.name]


def job_of(kind: Kind) -> Job:
    """As the REST API serves the param."""
    served = params_of(kind).get_param(kind.name).serialize()
    return Job(JobKey("default", "some_job"), "Some job", inputs=inputs_from({kind.name: served}))


def only(job: Job) -> Input:
    (each,) = job.inputs
    return each


def test_they_are_sixty_and_more():
    assert len({each.name for each in CASES}) == len(CASES) >= 60


@pytest.mark.slow
@EVERY
def test_untouched_it_is_left_to_the_job(kind: Kind):
    job = job_of(kind)
    view = opened(job)

    conf = read_form(job, sent(view), {}, SEEN)

    assert check_view(view, "modal") == []
    assert not too_large(view)
    assert conf == {}
    assert what_the_job_gets(kind, conf) == kind.default


@EVERY
def test_changed_it_is_what_was_filled_in(kind: Kind):
    job = job_of(kind)
    view = opened(job)
    state = chosen(only(job), view, kind.value, kind.filled or kind.typed)
    if kind.value is None and state == kind.typed:
        state = None

    conf = read_form(job, sent(view, {kind.name: state}), {}, SEEN)

    assert_same(conf[kind.name], kind.value)
    assert_same(what_the_job_gets(kind, conf), kind.value)
    assert_shown_as_it_is(job, conf)


@EVERY
def test_typed_it_is_what_was_typed(kind: Kind):
    job = job_of(kind)

    conf = read_inputs(job, {kind.name: kind.typed}, SEEN)

    assert_same(conf[kind.name], kind.value)
    assert_same(what_the_job_gets(kind, conf), kind.value)
    assert_shown_as_it_is(job, conf)


@EVERY
def test_emptied_it_is_empty_or_left_to_the_job_which_the_field_says(kind: Kind):
    job = job_of(kind)
    view = opened(job)

    conf = read_form(job, sent(view, {kind.name: None}), {}, SEEN)

    if kind.emptied == LEFT:
        assert conf == {}
        assert kind.default is None or "Left " in str(view["blocks"])
    else:
        assert_same(conf[kind.name], kind.emptied)
        assert_same(what_the_job_gets(kind, conf), kind.emptied)


@EVERY
def test_opened_again_with_that_value_and_untouched_it_stays(kind: Kind):
    job = job_of(kind)
    given = {kind.name: kind.value}
    view = opened(job, given)

    assert check_view(view, "modal") == []
    assert read_form(job, sent(view), given, SEEN) == given


def assert_same(found: Any, value: Any) -> None:
    assert found == value
    assert type(found) is type(value)


def assert_shown_as_it_is(job: Job, conf: dict[str, Any]) -> None:
    """What preview, list and card show reads back, and what a command would say, too."""
    each = only(job)
    assert_same(read_field(each, show_value(each, conf[each.name]), SEEN), conf[each.name])
    assert_same(read_typed(each, typed_text(each, conf[each.name]), SEEN), conf[each.name])


def test_an_airflow_that_refuses_a_value_refuses_it_here_too():
    kind = next(each for each in CASES if each.name == "whole_bounds")
    job = job_of(kind)

    with pytest.raises(NotUnderstood):
        read_inputs(job, {kind.name: "101"}, SEEN)
    with pytest.raises(Exception, match="101 is greater than the maximum"):
        what_the_job_gets(kind, {kind.name: 101})


def test_a_value_that_is_kept_sealed_is_shown_by_no_field():
    each = an_input("x", name="once_secret", title="Plain", type="string")
    renamed = replace(each, name="plain")
    job = Job(JobKey("default", "some_job"), "Some job", inputs=(renamed,))
    given = {"plain": {SEALED: "token"}}
    view = opened(job, given)

    assert "token" not in str(view)
    assert show_value(renamed, given["plain"]) == "•••"
    assert read_form(job, sent(view), given, SEEN) == given
