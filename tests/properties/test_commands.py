"""Commands: no word is dropped. Each ends in the verb, the job, the time, an input, or a refusal."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import UserError
from bot.domain.job import Job, JobKey
from bot.language.command import (
    Away,
    Chat,
    Help,
    ListJobs,
    ListRuns,
    ListSchedules,
    OnJob,
    OnProject,
    OnRuns,
    OnSchedule,
    Plan,
    Request,
    ShowWeek,
    Verb,
    read_command,
)
from bot.language.command import runs as runs_language
from bot.language.command.wording import SYNONYMS
from tests.properties.how_many import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.domain.job import HasTitle

JOBS = [
    Job(JobKey("here", dag_id), title)
    for dag_id, title in (
        ("sales_report", "Sales report"),
        ("import_orders", "Import orders"),
        ("payroll", "Payroll"),
    )
]
_WORDS = """
please pls plz kindly hey hi hello ok okay so runbell can could would will you i'd like i want need let's lets
let us just now go ahead and schedule the my our a an to thanks thank thx cheers for me right away straight
immediately asap at once with where over of did fail failed broke run runs log logs remind me us set up
"""
SAYS_NOTHING = Counter(dict.fromkeys(_WORDS.split(), 99))
"""The words that may vanish: politeness, articles, and what joins a command."""
NOUNS = Counter(["job", "thing", "one", "dag"])
"""What people may call a job or a schedule behind its name, once."""
_LISTING = """
all mine my paused failed everyone team own suspended failing broken schedules schedule by from
"""
LISTING = _LISTING.split()
CHOOSING_RUNS = [*LISTING, *runs_language.STATES, *runs_language.FILLER]
leads = st.sampled_from(
    ["", "please", "can you", "Could you please", "schedule", "run", "run the", "the", "now", "remind me to"]
)
titles = st.sampled_from(["sales report", "payroll", "import orders", "sal", "SALES_REPORT", "imp ord"])
whens = st.sampled_from(
    [
        "",
        "every weekday at 9am",
        "tomorrow",
        "fridays 5pm",
        "in 2 hours",
        "every other monday at noon",
        "asap",
    ]
)
givens = st.sampled_from(
    [
        "",
        "with rows=10",
        "with offices=berlin,lisbon",
        "with a=1 and b=2",
        'with n="x, y", z=check on Friday 9am',
    ]
)
tails = st.sampled_from(["", "please", "now", "thanks!", "for me"])
strange = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9)
verbs = st.sampled_from([*Verb, *SYNONYMS])
rests = st.lists(
    st.sampled_from(
        ["12", "#3", "sales report", "payroll", "until friday", "for 2 weeks", "all", "mine", "paused",
         "tomorrow", "failed", "since yesterday", "last night", "please", "every day at 5am", "with rows=5",
         "job", "the", "maya", "project", "to month end"]
    )
    | strange,
    max_size=5,
).map(" ".join)  # fmt: skip


def words_of(text: str) -> Counter[str]:
    return Counter(word.strip(".,!?:\"'") for word in re.split(r"[\s=,]+", text.casefold()))


VERBS = words_of(" ".join([*Verb, *SYNONYMS]))


def unaccounted(text: str, request: Request) -> Counter[str]:  # noqa: C901  a case for each request
    """The words of a command that neither the request nor politeness accounts for."""
    kept = words_of(text)
    kept[""] = 0
    match request:
        case Plan(jobs, when_text, inputs):
            kept -= words_of(when_text)
            for name, value in inputs.items():
                kept -= words_of(f"{name} {value}")
            kept = _less_names(kept, jobs)
            kept -= VERBS + NOUNS
        case OnSchedule(_, schedule, until, when_text, inputs, name, person_id):
            kept -= words_of(f"{schedule} {until.removeprefix('in ')} {when_text} {name} <@{person_id}>")
            for name, value in inputs.items():
                kept -= words_of(f"{name} {value}")
            kept -= VERBS + Counter(["until", "till", "for", "next", "rest", "week", "schedule"]) + NOUNS
        case OnJob(_, jobs) | OnRuns(_, jobs):
            kept = _less_names(kept, jobs) - (VERBS + Counter(["job"]))
        case OnProject(_, name, until, reason):
            kept -= words_of(f"{name} {until} {reason}")
            kept -= VERBS + Counter(["project", "until", "till", "for", "because"])
        case ListRuns(jobs, _, person_id, _, past):
            kept = (
                _less_names(kept - words_of(f"{past} <@{person_id}>"), jobs)
                - VERBS
                - Counter(CHOOSING_RUNS * 5)
            )
        case ShowWeek(of):
            return unaccounted(text, of)
        case ListSchedules(_, person_id, _, jobs, day, name):
            kept = (
                _less_names(kept - words_of(f"{day} {name} <@{person_id}>"), jobs)
                - VERBS
                - Counter(LISTING * 5)
            )
        case ListJobs(words) | Help(words) | Away(words):
            kept -= words_of(words) + VERBS
        case Chat():
            kept = kept if kept.total() > 4 else Counter()
        case _:
            kept -= VERBS
    return +(kept - SAYS_NOTHING)


def _less_names(kept: Counter[str], jobs: Iterable[HasTitle]) -> Counter[str]:
    """Without the words that the jobs' names begin with."""
    names = " ".join(f"{job.title} {job.key.dag_id}" for job in jobs).casefold()
    begins = {
        word
        for word in kept
        if word and re.search(rf"\b{re.escape(word)}", names.replace("_", " ") + " " + names)
    }
    return Counter({word: count for word, count in kept.items() if word not in begins})


def check(text: str, reader: Callable[[str], Request]) -> None:
    try:
        request = reader(text)
    except UserError:
        return
    assert not unaccounted(text, request), request


def _read(text: str) -> Request:
    return read_command(text, JOBS)


@settings(max_examples=examples(400))
@given(leads, titles, whens, givens, tails, strange | st.just(""), st.integers(0, 9))
def test_no_word_of_a_schedule_or_a_run_is_dropped(
    lead: str, title: str, when: str, inputs: str, tail: str, odd: str, place: int
):
    words = f"{lead} {title} {when} {inputs or tail}".split()
    words.insert(min(place, len(words)), odd)
    check(" ".join(words), _read)


@settings(max_examples=examples(400))
@given(verbs, rests)
@example("list", "maya")
@example("unpause", "12 job")
@example("run", "sales report job")
@example("list", "tomorrow paused")
@example("pause", "12 until friday please")
@example("rename", "12 12")
@example("retry", "payroll")
@example("pause", "project until friday")
@example("transfer", "12 to <@U0MAYA>")
def test_no_word_behind_a_verb_is_dropped(verb: str, rest: str):
    check(f"{verb} {rest}", _read)


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("payroll every weekday at 9am zebra", "zebra"),
        ("payroll daily with offices=berlin,lisbon", "lisbon"),
        ("list maya", "maya"),
        ("pause 3 until friday", "until friday"),
        ("edit 3 every day at 5am", "at 5am"),
    ],
)
def test_the_property_notices_a_word_that_is_dropped(text: str, dropped: str):
    """Planted: a reader that never sees some of the words."""
    with pytest.raises(AssertionError):
        check(text, lambda whole: _read(whole.replace(dropped, "").strip(" ,")))
