"""What follows "/schedule", read into a request. The whole language of verbs is the table below.

/schedule                              the form
/schedule <job> [when] [with k=v …]    a schedule; without a time, the form for that job
/schedule run <job> [with k=v …]       a run-now; with a time in it, it is a schedule
/schedule list [mine|all|paused|failed|day|job|@person]
/schedule show skip resume delete <schedule>, edit <schedule> [when] [with k=v …]
/schedule rename <schedule> to <name>  transfer <schedule> to <person>, copy <schedule> [when]
/schedule stop [job], retry [job]      week [as list]
/schedule pause <schedule> [until …]   or for a length of time
/schedule take over <schedule>         away until <when> <person>, back
/schedule jobs [words]                 runs [job], help [verb]
/schedule alerts [add|test]            what this channel hears, or the person in a direct message
/schedule admin                        projects, channels, people, shares, audit
/schedule pause project [name] until …  resume project [name]: all its schedules
/schedule pause job <job>              resume job <job>: for everyone, in Airflow
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, NotUnderstood, UserError
from bot.language.command import questions, wording
from bot.language.command.jobs import an_example, begins_a_title, perhaps_named, starts_a_title
from bot.language.command.plans import read_plan
from bot.language.command.requests import Chat, OnSchedule, OpenForm, Plan, Request, SmallTalk, Verb
from bot.language.command.verbs import read_verb
from bot.language.marks import plain, strong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

LONGEST = 4_000
"""The most characters of a command, because reading takes longer with each."""
MOST_WORDS = 60
"""Before its inputs; a longer text names no job and no time."""
_LOOKING = {Verb.LIST, Verb.WEEK, Verb.SHOW, Verb.JOBS, Verb.RUNS, Verb.HELP}


def read_command(text: str, jobs: Sequence[HasTitle]) -> Request:
    """Return what a command asks for.

    Raises NotUnderstood and NotFound, whose example is a command that works.
    """
    text = _checked(text, jobs)
    if not text:
        return OpenForm()

    def is_title(said: str) -> bool:
        return starts_a_title(said, jobs)

    asked = wording.without_lead(text, is_title)
    for said in (text, asked):
        chat = wording.small_talk(said) if said else SmallTalk.HELLO
        if chat is not None and not is_title(said):
            return Chat(chat)
    answered_by = None if is_title(asked) else questions.question(asked)
    if answered_by is not None:
        return read_verb(*answered_by, jobs)
    return _read_words(asked, jobs)


def _read_words(asked: str, jobs: Sequence[HasTitle]) -> Request:
    """Return what a text asks for whose first words are a verb or a job."""

    def is_title(said: str) -> bool:
        return starts_a_title(said, jobs)

    if not is_title(asked):
        questions.check_runs_at_all(asked)
    unmarked = wording.without_mark(asked)
    text = asked if unmarked == asked or perhaps_named(asked, jobs) else unmarked
    first, *behind = text.split(maxsplit=1)
    rest = "".join(behind)
    verb = _verb(first)
    if verb is not None and (is_title(text) or begins_a_title(first, jobs)):
        return _title_or_verb(text, first, verb, rest, jobs)
    if verb is not None:
        return _read_verb_or_question(text, verb, rest, jobs)
    return _read_plan_or_offer(asked, text, jobs)


def _checked(text: str, jobs: Sequence[HasTitle]) -> str:
    """Return the text as it was typed, without Slack's marks. Raises NotUnderstood if it is too long."""
    if len(text) > LONGEST:
        raise NotUnderstood(f"That is too long: a command has at most {LONGEST:,} characters.")
    text = plain(text).strip()
    if len(text.partition("=")[0].split()) > MOST_WORDS:
        raise NotUnderstood(
            f"That is too long: a command has at most {MOST_WORDS} words before its inputs.",
            example=f"{an_example(jobs)} every weekday at 9am",
        )
    return text


def clean(text: str) -> str:
    """Return the text as people meant it, without Slack's marks and with single spaces."""
    return " ".join(plain(text).split())


def _verb(word: str) -> Verb | None:
    """Return the verb that the word is or stands for, also "run" before a comma. None for other words."""
    said = word.casefold().rstrip(",:")
    if said in wording.SYNONYMS:
        return wording.SYNONYMS[said]
    return Verb(said) if said in set(Verb) else None


def _read_verb_or_question(text: str, verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> Request:
    """Return what the verb asks for; "why" begins questions that no verb answers, too."""
    try:
        return read_verb(verb, rest, jobs)
    except NotUnderstood as error:
        unanswerable = questions.unanswerable(text) if text.casefold().startswith("why ") else None
        raise unanswerable or error from None


def _title_or_verb(text: str, first: str, verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> Request:
    """Decide about a title that starts with a verb: it keeps its name, or the person is asked."""
    is_shipped = first.casefold() in set(Verb)
    is_title = starts_a_title(text, jobs)
    if is_shipped and not is_title:
        return read_verb(verb, rest, jobs)
    try:
        plan = read_plan(text, jobs)
    except NotFound:
        return read_verb(verb, rest, jobs)
    try:
        other = read_verb(verb, rest, jobs)
    except UserError:
        return plan
    is_same = isinstance(other, Plan) and other.jobs == plan.jobs
    if not is_shipped or is_same or (isinstance(other, OnSchedule) and plan.when_text):
        return plan
    title = plan.jobs[0].title
    raise NotUnderstood(
        f"Is that the job {strong(title)}, or `{verb}` for “{rest}”? For the job put its title in quotes.",
        words=first,
        example=f'"{title.lower()}" {plan.when_text or "every weekday at 9am"}',
    )


def _read_plan_or_offer(asked: str, text: str, jobs: Sequence[HasTitle]) -> Plan:
    """Return the plan; `asked` is the text with its question mark."""
    try:
        return read_plan(text, jobs)
    except NotFound:
        unanswerable = questions.unanswerable(asked)
        if unanswerable is not None:
            raise unanswerable from None
        first, _, rest = text.partition(" ")
        if first.casefold() in questions.PRESSED:
            raise questions.pressed(first) from None
        likely = _likely(first.casefold())
        if likely is None:
            raise
        raise NotUnderstood(
            f"I don't know “{first}”. Did you mean `{likely}`?",
            words=first,
            example=f"{likely} {rest}".strip(),
        ) from None


def _likely(word: str) -> Verb | None:
    """Return the verb that the word is a slip of.

    A verb that changes something is returned only if hardly anything else can be meant.
    """
    looking = get_close_matches(word, [*_LOOKING], n=1, cutoff=0.7)
    changing = get_close_matches(word, [each for each in Verb if each not in _LOOKING], n=1, cutoff=0.8)
    likely = next((each for each in (*changing, *looking) if each[0] == word[0]), None)
    return None if likely is None else Verb(likely)
