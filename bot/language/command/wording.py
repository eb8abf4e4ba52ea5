"""How people word a command: politeness that says nothing, other words for a verb, small talk, questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.language.command.requests import SmallTalk, Verb

if TYPE_CHECKING:
    from collections.abc import Callable

_LEADS = (
    "please", "pls", "plz", "kindly", "hey", "hi", "hello", "ok", "okay", "so", "runbell", "can you", "can i",
    "could you", "could i", "would you", "will you", "i want you to", "i want to", "i'd like to",
    "i would like to", "i need to", "i need you to", "let's", "lets", "let us", "just", "now", "go ahead and",
    "schedule", "the", "my", "to", "remind me to", "remind us to", "set up",
)  # fmt: skip
_ARTICLES = ("the", "my", "our", "a", "an")
_LEAD = re.compile(rf"(?:{'|'.join(sorted(_LEADS, key=len, reverse=True))})(?:[\s,:!]+|$)", re.IGNORECASE)
_ARTICLE = re.compile(rf"(?:{'|'.join(_ARTICLES)})\s+", re.IGNORECASE)
_POLITE_END = re.compile(
    r"(?:^|(?<![\s,])[\s,]++)(?:please|pls|plz|kindly|thanks|thank you|thx|cheers|for me|for us)[\s.!?]*+$",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"(?:^|(?<![\s,])[\s,]++)(?:right now|right away|straight away|immediately|asap|now|at once)[\s.!?]*+$",
    re.IGNORECASE,
)

SYNONYMS: dict[str, Verb] = {
    **dict.fromkeys(("unpause", "unsuspend", "continue", "reactivate", "unhold"), Verb.RESUME),
    **dict.fromkeys(("cancel", "remove", "unschedule", "del", "rm", "drop"), Verb.DELETE),
    **dict.fromkeys(("suspend", "hold", "snooze", "disable"), Verb.PAUSE),
    **dict.fromkeys(("status", "history", "results", "result", "logs", "log", "why"), Verb.RUNS),
    **dict.fromkeys(("start", "launch", "trigger", "execute", "rerun"), Verb.RUN),
    **dict.fromkeys(("?", "-h", "--help", "/?", "commands", "usage"), Verb.HELP),
    **dict.fromkeys(("change", "modify", "reschedule", "update", "move"), Verb.EDIT),
    **dict.fromkeys(("schedules", "ls", "mine", "scheduled"), Verb.LIST),
    **dict.fromkeys(("view", "info", "details", "describe"), Verb.SHOW),
    **dict.fromkeys(("catalog", "catalogue"), Verb.JOBS),
    **dict.fromkeys(("name", "nickname", "call"), Verb.RENAME),
    **dict.fromkeys(("give", "reassign"), Verb.TRANSFER),
    **dict.fromkeys(("duplicate", "clone"), Verb.COPY),
    **dict.fromkeys(("kill", "abort"), Verb.STOP),
    **dict.fromkeys(("alert", "notifications", "subscriptions"), Verb.ALERTS),
    **dict.fromkeys(("agenda", "calendar", "upcoming"), Verb.WEEK),
}
"""Words that people know from elsewhere, and the verb that they stand for here."""

_SMALL_TALK = {
    **dict.fromkeys(
        ("hi", "hello", "hey", "hi there", "hello there", "good morning", "good afternoon", "moin", "yo"),
        SmallTalk.HELLO,
    ),
    **dict.fromkeys(
        ("thanks", "thank you", "thx", "ty", "cheers", "great", "perfect", "nice", "cool", "thanks a lot",
         "many thanks", "ok thanks"),
        SmallTalk.THANKS,
    ),
    **dict.fromkeys(
        ("yes", "y", "yep", "yeah", "yup", "sure", "confirm", "confirmed", "do it", "go ahead", "go for it",
         "ok", "okay", "k", "schedule it", "run it", "change it", "add another", "looks good", "lgtm"),
        SmallTalk.YES,
    ),
    **dict.fromkeys(
        ("no", "n", "nope", "never mind", "nevermind", "discard", "discard it", "don't"),
        SmallTalk.NO,
    ),
}  # fmt: skip

_DAY = r"(?: (?P<rest>today|tomorrow|tonight|this week|next week))?"
_SPAN = r"last night|today|yesterday|tonight|this (?:morning|week)|last week|(?:since|in the last) .+"
_PAST = rf"(?: (?P<past>{_SPAN}))?"
_FAILED = r"(?P<state>fail(?:ed)?|went wrong|broken?|go(?:ne)? wrong|break)"
_QUESTIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), verb)
    for pattern, verb in (
        (rf"(?:what(?:'s| is| are)?|which .*are) (?:scheduled|planned|coming(?: up)?){_DAY}", Verb.LIST),
        (r"(?:show|list|see)(?: me)?(?: all)?(?: my| the)? schedules", Verb.LIST),
        (rf"(?:what|which (?:jobs|runs))(?: has| have)? (?:{_FAILED}|happened|ran){_PAST}", Verb.RUNS),
        (rf"(?:did|has) any(?:thing| job| run)? {_FAILED}{_PAST}", Verb.RUNS),
        (rf"why did (?:the |my )?(?P<rest>.+?) (?P<state>fail|break){_PAST}", Verb.RUNS),
        (rf"(?:why|how) did (?:the |my )?(?P<rest>.+?) (?:stop|end|go){_PAST}", Verb.RUNS),
        (rf"(?:did|has) (?:the |my )?(?P<rest>.+?) (?:run|fail|finish|work)(?:e?d)?{_PAST}", Verb.RUNS),
        (r"what can (?:you|i) do(?: here)?|how does (?:this|it) work", Verb.HELP),
        (r"(?:what|which) jobs(?: are there| can i (?:run|use|see))?", Verb.JOBS),
    )
)


def small_talk(text: str) -> SmallTalk | None:
    """Return what a text says that asks for nothing, with or without politeness.

    None if it asks something.
    """
    said = text.casefold().strip(" .!?,")
    return _SMALL_TALK.get(said) or _SMALL_TALK.get(without_thanks(said).strip(" .!?,"))


def question(text: str) -> tuple[Verb, str] | None:
    """Return the verb that answers a question, and what it is about: a job, a state, a time."""
    asked = text.strip(" .!?")
    for pattern, verb in _QUESTIONS:
        found = pattern.fullmatch(asked)
        if found:
            said = found.groupdict()
            state = "failed" if said.get("state") else ""
            return verb, " ".join(part for part in (said.get("rest"), state, said.get("past")) if part)
    return None


def without_lead(text: str, is_title: Callable[[str], bool]) -> str:
    """Return the text without the politeness that it begins with, unless a title begins so."""
    while (found := _LEAD.match(text)) and not is_title(text):
        text = text[found.end() :].lstrip()
    return text


def without_article(text: str, is_title: Callable[[str], bool]) -> str:
    """Return "sales report" for "the sales report" and "my sales report"."""
    found = _ARTICLE.match(text)
    return text if found is None or is_title(text) else text[found.end() :]


def without_thanks(text: str) -> str:
    """Return the text without politeness at the end."""
    while (shorter := _POLITE_END.sub("", text)) != text:
        text = shorter
    return text


def split_now(text: str) -> tuple[str, bool]:
    """Return the text without a final "now" or "asap", and whether it had one."""
    shorter = without_thanks(_NOW.sub("", without_thanks(text)))
    return shorter, shorter != without_thanks(text)
