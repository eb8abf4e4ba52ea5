"""Questions that people ask in words, and the verb that answers each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.language.command.jobs import perhaps_named
from bot.language.command.requests import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

_WEEKDAY = r"(?:on |next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAYS = rf"today|tomorrow|tonight|this week|next week|{_WEEKDAY}"
_DAY = rf"(?: (?P<rest>{_DAYS}))?"
_SPAN = r"last night|today|yesterday|tonight|this (?:morning|week)|last week|(?:since|in the last) .+"
_PAST = rf"(?: (?P<past>{_SPAN}))?"
_FAILED = r"(?P<state>fail(?:ed)?|went wrong|broken?|go(?:ne)? wrong|break)"
_NAME = r"(?:the |my |our )?(?P<rest>.+?)"
_NOW = r"(?: (?:right now|now|at the moment|currently|just now))?"
_RUNS = r"(?:run(?:s|ning)?|start(?:s|ing)?|come(?:s)?|fire(?:s)?|go|due|planned|scheduled)"
_VERBS = "run|pause|resume|skip|edit|delete|stop|retry|copy|rename|transfer|list"
_TELL = r"(?:tell|notify|alert|ping|warn|message|inform)"
_QUESTIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), verb)
    for pattern, verb in (
        (rf"(?:what(?:'s| is| are)?|which .*are) (?:scheduled|planned|coming(?: up)?){_DAY}", Verb.LIST),
        (rf"(?:what|which (?:jobs|schedules)) (?P<all>runs?|will run|happens){_DAY}", Verb.LIST),
        (r"(?:show|list|see)(?: me)?(?: all)?(?: my| the)? schedules", Verb.LIST),
        (rf"(?:show|list|see)(?: me)?(?: all)?(?: the)?(?: latest| last)? runs(?: of {_NAME})?", Verb.RUNS),
        (r"(?:show|see)(?: me)?(?: all)?(?: the| my)? jobs", Verb.JOBS),
        (r"what(?:'s| is) (?:going on|happening|up|new)", Verb.RUNS),
        (r"(?:tell me|what do you know) about (?:the |my )?(?P<rest>.+)", Verb.JOBS),
        (r"what (?:did|have|do) (?:i|we) (?:have )?schedule(?:d)?|what are my schedules", Verb.LIST),
        (rf"(?:what|which (?:jobs|runs))(?: has| have)? (?:{_FAILED}|happened|ran){_PAST}", Verb.RUNS),
        (rf"(?:did|has|have) any(?:thing| job| run)? {_FAILED}{_PAST}", Verb.RUNS),
        (r"(?:what(?:'s| is)|is anything|anything) (?P<state>failing|broken|wrong)", Verb.RUNS),
        (rf"(?:what(?:'s| is)|which .* are|(?:is )?anything) (?P<running>running){_NOW}", Verb.RUNS),
        (rf"why did {_NAME} (?P<state>fail|break){_PAST}", Verb.RUNS),
        (rf"(?:why|how) did {_NAME} (?:stop|end|go|do){_PAST}", Verb.RUNS),
        (rf"(?:did|has) {_NAME} (?:run|fail|finish|work)(?:e?d)?{_PAST}", Verb.RUNS),
        (rf"when (?:did|was) {_NAME} (?:last )?(?:run|start|finish|end|fail)(?:e?d)?", Verb.RUNS),
        (rf"how long (?:does|did|will) {_NAME} (?:take|run)", Verb.RUNS),
        (rf"(?:is|are) {_NAME} (?:still )?(?:running|done|finished|ready|through){_NOW}(?: yet)?", Verb.RUNS),
        (rf"when (?:does|do|will|is|are) {_NAME} {_RUNS}(?: (?:next|again))?", Verb.SHOW),
        (rf"when(?:'s| is) {_NAME} next|(?:wh.+ )?(?:the )?next run of (?:the |my )?(?P<next>.+)", Verb.SHOW),
        (r"who (?:owns|scheduled|made|set up|runs) (?:the |my )?(?P<rest>.+)", Verb.SHOW),
        (r"whose is (?:the )?(?P<rest>.+)", Verb.SHOW),
        (rf"what (?:does|will) {_NAME} do", Verb.JOBS),
        (r"(?:what|which) jobs(?: are there| (?:can|may) i (?:run|use|see))?", Verb.JOBS),
        (r"what can (?:you|i) do(?: here)?|how does (?:this|it) work|help(?: me)?(?: out)?", Verb.HELP),
        (rf"how (?:do|can|would) (?:i|we|you) (?P<rest>{_VERBS}) .+", Verb.HELP),
        (r"how (?:do|can|would) (?:i|we|you) (?:schedule|do|use|start|add|make) .+", Verb.HELP),
        (rf"{_TELL} (?:me|us) (?:when|if|once|as soon as) .+", Verb.ALERTS),
        (rf"(?:don't|do not) {_TELL} .+|stop (?:telling|notifying|alerting|pinging) .+", Verb.ALERTS),
        (r"(?:un)?mute\b.*|be quiet|shut up|too many (?:messages|alerts)", Verb.ALERTS),
    )
)  # fmt: skip
_TELL_ME = re.compile(
    r"^(?:tell|show) (?:me|us) (?=(?:what|which|who|whose|why|how)\b)|^do you know (?:if |whether )?",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:what|when|where|who|whose|whom|why|how|which|is|are|was|were|does|do|did|has|have|should|will|would)"
    r"(?:'s|'re)?\b.*|.*\?",
    re.IGNORECASE | re.DOTALL,
)
_NOT_TO_RUN = re.compile(
    rf"(?:don't|dont|do not|never) (?:run|start|launch|execute) {_NAME}"
    rf"(?: (?:{_DAYS}|now|again|next time|this time|any ?more))?",
    re.IGNORECASE,
)


_ON_A_DAY = re.compile(rf"(?:{_DAYS})(?:'s)? (?P<behind>.+)|(?P<before>.+?) (?:{_DAYS})", re.IGNORECASE)


def question(text: str) -> tuple[Verb, str] | None:
    """Return the verb that answers a question, and what it is about: a job, a state, a time."""
    asked = _plain(text)
    for pattern, verb in _QUESTIONS:
        found = pattern.fullmatch(asked)
        if found:
            said = found.groupdict()
            state = "failed" if said.get("state") else said.get("running")
            everyones = "all" if said.get("all") else ""
            parts = (everyones, said.get("rest") or said.get("next"), state, said.get("past"))
            about = " ".join(part for part in parts if part)
            return (verb, "add") if verb is Verb.ALERTS and _asks_to_be_told(asked) else (verb, about)
    return None


def check_runs_at_all(text: str) -> None:
    """Raise NotUnderstood if the text asks that something is not run: that is two things, and one is said."""
    found = _NOT_TO_RUN.fullmatch(_plain(text))
    if found is not None:
        name = found["rest"]
        raise NotUnderstood(
            f"To leave out only the next run: `skip {name}`. To keep all of them away: `pause {name}`.",
            words=text,
            example=f"skip {name}",
        )


def check_names_no_day(rest: str, jobs: Sequence[HasTitle]) -> None:
    """Raise NotUnderstood if the words behind `skip` say which run: only the next one can be skipped."""
    found = _ON_A_DAY.fullmatch(rest)
    if found is not None and not perhaps_named(rest, jobs):
        name = found["before"] or found["behind"]
        raise NotUnderstood(
            "I can only skip the next run, whenever it is. The answer says when, and has an Undo.",
            words=rest,
            example=f"skip {name}",
        )


PRESSED = frozenset({"claim", "release", "unclaim"})
"""What is pressed at the message of a failure, and is no verb."""


def pressed(word: str) -> NotUnderstood:
    """Return the refusal that says where this is pressed."""
    return NotUnderstood(
        "Press *Claim* or *Release* at the failure’s message, in its channel or in your direct messages: "
        "all its messages then say who looks into it.",
        words=word,
        example="runs failed since yesterday",
    )


def unanswerable(text: str) -> NotUnderstood | None:
    """Return the refusal of a question that no verb answers; None for what is no question."""
    if not _ASKS.fullmatch(text.strip().replace("’", "'")):
        return None
    return NotUnderstood(
        "I can't answer that. Ask me what is scheduled, when a job runs next, what runs now, or what failed.",
        words=text,
        example="what failed since yesterday",
    )


def _asks_to_be_told(asked: str) -> bool:
    return re.match(rf"{_TELL} ", asked, re.IGNORECASE) is not None


def _plain(text: str) -> str:
    return _TELL_ME.sub("", " ".join(text.replace("’", "'").split()).strip(" .!?"))
