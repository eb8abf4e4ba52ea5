"""What DAG files say is read onto one line: nothing in it stands in a card like a line of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.blocks.parts import inputs_line
from bot.gateways.airflow.inputs import input_from
from bot.gateways.airflow.reading import job_from, run_from, task_from
from bot.language.inputs.schema import takes_of

if TYPE_CHECKING:
    from bot.domain.job import Job

ODD = "a*\n:white_check_mark: *Payroll\u202e* was\u200b approved\u2028by\r\nMaya\x07 "
PLAIN = "a* :white_check_mark: *Payroll* was approved by Maya"


def job(**columns: Any) -> Job:
    return job_from("main", {"dag_id": "a", **columns})


def param(value: Any = "x", **schema: Any) -> dict[str, Any]:
    return {"value": value, "schema": schema}


def test_a_jobs_own_words_are_one_line():
    read = job(
        dag_display_name=ODD, description=ODD, owners=[ODD], timetable_summary=ODD, timetable_description=ODD
    )

    assert (read.title, read.description, read.owners, read.airflow_schedule) == (
        PLAIN, PLAIN, (PLAIN,), PLAIN,
    )  # fmt: skip


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e\n", " \u2060 "])
def test_a_title_of_nothing_that_is_seen_is_none(unseen: str):
    read = job(dag_display_name=unseen, description=unseen, owners=[unseen], timetable_summary=unseen)

    assert (read.title, read.description, read.owners, read.airflow_schedule) == ("a", "", (), None)
    assert input_from("order_day", param(title=unseen)).title == "Order day"


def test_emoji_and_scripts_that_need_joiners_keep_them():
    family, farsi = (
        "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL} report",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    )
    assert [job(dag_display_name=each).title for each in (family, farsi)] == [family, farsi]


def test_what_an_input_is_called_and_its_choices_are_one_line():
    read = input_from(
        "region", param(title=ODD, description=ODD, section=ODD, enum=["x"], values_display={"x": ODD})
    )
    assert (read.title, read.description, read.section) == (PLAIN, PLAIN, PLAIN)
    assert read.choices == takes_of(read).choices == (("x", PLAIN),)
    for where in ("description", "description_md"):
        assert input_from("region", param(**{where: ODD})).description == PLAIN
    assert input_from("day\nof\u202e_order", param()).title == "Day of order"

    listed = input_from("regions", param(["x"], type="array", examples=["x"], values_display={"x": ODD}))
    assert listed.choices == (("x", PLAIN),)
    titled = input_from("region", param(oneOf=[{"const": "x", "title": ODD}]))
    assert titled.choices == (("x", PLAIN),)


def test_who_started_a_run_and_which_of_a_mapped_task_are_one_line():
    ids = {"dag_id": "a", "dag_run_id": "r", "task_id": "t"}

    assert run_from({**ids, "triggering_user_name": ODD}).started_by == f"by {PLAIN}"
    assert task_from({**ids, "rendered_map_index": ODD}).map_label == PLAIN


def test_an_instance_without_a_name_is_not_called_by_its_number():
    ids = {"dag_id": "a", "dag_run_id": "r", "task_id": "t", "map_index": 3}

    assert task_from({**ids, "rendered_map_index": "3"}).map_label == ""
    assert task_from({**ids, "rendered_map_index": "customer 3"}).map_label == "customer 3"


def test_a_value_in_a_card_is_one_line_and_goes_to_airflow_as_it_is():
    read = job(params={"words": param("", type="string", format="multiline", title="Words")})

    assert inputs_line(read, {"words": ODD}) == f"Words: *{PLAIN.replace('*', '∗')}*"
    assert read.conf({"words": ODD}) == {"words": ODD}
