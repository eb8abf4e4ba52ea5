"""How people word a command: politeness that says nothing, other words for a verb, small talk."""

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
    "schedule", "the", "my", "to", "remind me to", "remind us to", "set up", "i need", "we need",
    "i want", "we want", "i'd like", "i would like", "give me", "give us", "send me", "send us", "get me",
    "get us",
)  # fmt: skip
_ARTICLES = ("the", "my", "our", "a", "an")
_LEAD = re.compile(rf"(?:{'|'.join(sorted(_LEADS, key=len, reverse=True))})(?:[\s,:!]+|$)", re.IGNORECASE)
_ARTICLE = re.compile(rf"(?:{'|'.join(_ARTICLES)})\s+", re.IGNORECASE)
_POLITE_END = re.compile(
    r"(?:^|(?<![\s,])[\s,]++)(?:please|pls|plz|kindly|thanks|thank you|thx|cheers|for me|for us)[\s.!?]*+$",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?<=[\w\"'”)])[\s?!]*[?!]$")
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
    **dict.fromkeys(("view", "info", "details", "describe", "chart", "graph", "durations"), Verb.SHOW),
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
        ("hi", "hello", "hey", "hi there", "hello there", "hey there", "good morning", "good afternoon",
         "good evening", "morning", "afternoon", "evening", "moin", "yo", "hiya", "howdy", "greetings",
         "are you there", "you there", "anybody there", "anyone there", "who are you", "what are you"),
        SmallTalk.HELLO,
    ),
    **dict.fromkeys(
        ("thanks", "thank you", "thx", "ty", "tysm", "cheers", "great", "perfect", "nice", "cool", "awesome",
         "wonderful", "amazing", "excellent", "brilliant", "lovely", "good", "super", "well done", "good job",
         "nice one", "many thanks", "ok thanks", "thanks again", "that worked", "it works",
         "👍", "🙏", "🎉", "❤️", "+1", "thumbsup", "pray", "tada", "heart"),
        SmallTalk.THANKS,
    ),
    **dict.fromkeys(
        ("yes", "y", "yep", "yeah", "yup", "sure", "confirm", "confirmed", "do it", "go ahead", "go for it",
         "ok", "okay", "k", "schedule it", "run it", "change it", "add another", "looks good", "lgtm",
         "yes do it", "yes go ahead", "yes run it", "yes schedule it", "correct", "that's right", "exactly"),
        SmallTalk.YES,
    ),
    **dict.fromkeys(
        ("no", "n", "nope", "never mind", "nevermind", "discard", "discard it", "don't", "dont", "do not",
         "don't do it", "forget it", "forget that", "forget about it", "cancel that", "cancel it", "not now",
         "wait", "hold on", "leave it"),
        SmallTalk.NO,
    ),
    **dict.fromkeys(
        ("bye", "goodbye", "good bye", "good night", "see you", "see you later", "see you tomorrow", "later",
         "ciao", "have a nice day", "have a good day"),
        SmallTalk.BYE,
    ),
    **dict.fromkeys(
        ("sorry", "my bad", "oops", "my mistake", "no problem", "no worries", "np", "lol", "haha"),
        SmallTalk.NO_HARM,
    ),
    **dict.fromkeys(
        ("undo", "undo that", "undo it", "undo this", "take that back", "take it back", "revert"),
        SmallTalk.UNDO,
    ),
    **dict.fromkeys(
        ("you suck", "this sucks", "this is broken", "it is broken", "it's broken", "this does not work",
         "this doesn't work", "it doesn't work", "it does not work", "that is wrong", "that's wrong", "wrong",
         "stupid", "stupid bot", "bad bot", "useless", "wtf", "you are useless", "i don't understand",
         "i do not understand", "i am lost", "i'm lost", "i am confused", "i'm confused"),
        SmallTalk.UNHAPPY,
    ),
}  # fmt: skip
_VERY = re.compile(r"(?<!\s)\s++(?:(?:so|very) much|a lot|a million|then|runbell|everyone)$")
_PARTS = re.compile(r"(?:(?<!\s)\s++)?[,.!;:]++\s*+|(?<!\s)\s++and\s++")
_FIRST_OF = (SmallTalk.NO, SmallTalk.YES, SmallTalk.UNHAPPY, SmallTalk.UNDO)
"""The kinds that say something beside thanks and greetings."""


def small_talk(text: str) -> SmallTalk | None:
    """Return what a text says that asks for nothing, with or without politeness.

    None if it asks something.
    """
    said = text.casefold().replace("’", "'").strip(" .!?,:")
    whole = _one_of_small_talk(said) or _one_of_small_talk(without_thanks(said).strip(" .!?,:"))
    if whole is not None:
        return whole
    kinds = [_one_of_small_talk(part) for part in _PARTS.split(said) if part]
    known = [each for each in kinds if each is not None]
    if not known or len(known) < len(kinds):
        return None
    return next((each for each in _FIRST_OF if each in known), known[-1])


def _one_of_small_talk(said: str) -> SmallTalk | None:
    return _SMALL_TALK.get(said) or _SMALL_TALK.get(_VERY.sub("", said))


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


def without_mark(text: str) -> str:
    """Return the text without the mark that ends a sentence, unless that may belong to an input."""
    return text if "=" in text else _MARK.sub("", text)


def split_now(text: str) -> tuple[str, bool]:
    """Return the text without a final "now" or "asap", and whether it had one."""
    shorter = without_thanks(_NOW.sub("", without_thanks(text)))
    return shorter, shorter != without_thanks(text)


_IT = {
    "it", "that", "this", "this one", "that one", "them", "these", "those", "the next one", "next one",
    "the next run", "next run", "next", "the next", "the next time", "next time",
}  # fmt: skip
_NOUN = re.compile(r"\s+(?:schedules?|jobs?|thing|one|dag)$", re.IGNORECASE)


def is_it(text: str) -> bool:
    """Return whether the text names nothing by itself: "it", "that one"."""
    return text.casefold() in _IT


def without_noun(text: str) -> str:
    """Return "sales report" for "sales report schedule" and "sales report thing".

    "all my jobs" and "12 job" stay: the first means several, the second names nothing without its noun.
    """
    shorter = _NOUN.sub("", text)
    return text if text.casefold().startswith("all ") or not re.search("[^\\W\\d]", shorter) else shorter
