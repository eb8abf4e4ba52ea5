"""A DAG's params become inputs that a form can ask for."""

from __future__ import annotations

import pytest

from bot.domain.job import InputKind
from bot.gateways.airflow.inputs import input_from, inputs_from


def param(value=None, description=None, **schema):
    return {"value": value, "schema": schema, "description": description, "source": None}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (param("a", type="string"), InputKind.TEXT),
        (param("a", type=["null", "string"], format="multiline"), InputKind.LONG_TEXT),
        (param(None, type=["null", "string"], format="date"), InputKind.DATE),
        (param(None, type=["string", "null"], format="time"), InputKind.TIME),
        (param(None, type="string", format="date-time"), InputKind.DATE_TIME),
        (param("x", type="string", format="something new"), InputKind.TEXT),
        (param("x", type="string", examples=["x", "y"]), InputKind.TEXT),
        (param(1, type="integer"), InputKind.WHOLE),
        (param(0.5, type=["null", "number"]), InputKind.NUMBER),
        (param(True, type="boolean"), InputKind.YES_NO),
        (param("a", type="string", enum=["a", "b"]), InputKind.CHOICE),
        (param(1, enum=[1, 2]), InputKind.CHOICE),
        (param([], type="array"), InputKind.LIST),
        (param([], type="array", examples=["a", "b"]), InputKind.CHOICES),
        (param([], type="array", items={"type": "string", "enum": ["a"]}), InputKind.CHOICES),
        (param({}, type=["object", "null"]), InputKind.OBJECT),
        (param("no schema"), InputKind.TEXT),
        (param(3), InputKind.WHOLE),
        (param(False), InputKind.YES_NO),
        (param(1.5), InputKind.NUMBER),
        (param([1]), InputKind.LIST),
        (param({"a": 1}), InputKind.OBJECT),
        (param(None), InputKind.TEXT),
        (param(None, type="colour"), InputKind.TEXT),
        ({"value": 5, "schema": None}, InputKind.WHOLE),
    ],
)
def test_the_schema_tells_the_kind(given, kind):
    assert input_from("name", given).kind is kind


@pytest.mark.parametrize(
    ("given", "required"),
    [
        (param(None, type="string"), True),
        (param(None, type="string", minLength=1), True),
        (param(None, enum=["a", "b"]), True),
        (param(None, enum=["a", None]), False),
        (param(None, type=["null", "integer"]), False),
        (param(None), False),
        (param("", type="string"), False),
        (param(0, type="integer"), False),
    ],
)
def test_required_is_what_has_no_default_and_may_not_be_empty(given, required):
    assert input_from("name", given).required is required


def test_choices_are_shown_as_the_job_wants_them_shown():
    given = param("emea", type="string", enum=["emea", "us", None], values_display={"emea": "Europe"})

    assert input_from("region", given).choices == (
        ("emea", "Europe"),
        ("us", "us"),
        (None, "none"),
    )


def test_titles_descriptions_and_sections_come_from_the_schema():
    given = param("x", description="Whose sales", type="string", title="Region", section="What")
    read = input_from("region", given)

    assert (read.title, read.description, read.section) == ("Region", "Whose sales", "What")
    assert input_from("order_day", param("x", description_md="*Which*")).title == "Order day"
    assert input_from("order_day", param("x", description_md="*Which*")).description == "*Which*"


def test_inputs_keep_their_order_and_constants_are_not_asked_for():
    given = {"b": param("x"), "fixed": param("always", const="always"), "a": param("y")}

    assert [each.name for each in inputs_from(given)] == ["b", "a"]
