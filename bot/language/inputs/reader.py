"""The one reader of inputs: a text and what is taken -> a value, or a sentence that says what is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.errors import NotUnderstood
from bot.domain.job import InputKind
from bot.domain.kept_file import is_file
from bot.domain.moving import moves
from bot.domain.sealed import is_sealed
from bot.language.inputs.checking import Unchecked, first_error
from bot.language.inputs.days import read_day, read_month
from bot.language.inputs.json_text import NoJson, read_json
from bot.language.inputs.moments import read_moment, read_time
from bot.language.inputs.moving import SOME_MOMENT, read_moving, worked_out
from bot.language.inputs.numbers import NoNumber, is_plain_number, read_number
from bot.language.inputs.quoting import split_items, unquoted
from bot.language.inputs.schema import takes_of
from bot.language.inputs.words import broken, code_of, wanted, wanted_by, wrong

if TYPE_CHECKING:
    from bot.domain.job import Input
    from bot.language.inputs.quoting import Item
    from bot.language.inputs.schema import Takes
    from bot.language.inputs.viewpoint import Viewpoint

YES = frozenset(["yes", "y", "true", "on", "1"])
NO = frozenset(["no", "n", "false", "off", "0"])
NONE = frozenset(["none", "null", "nothing"])
JSON_BEGINS = ("[", "{")
UTC = ZoneInfo("UTC")


class _Unread(Exception):
    """The text is none of the values that the input takes. `why` says more, where that helps."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why


def read_field(each: Input, text: str, seen: Viewpoint) -> Any:
    """Read what stands in a field of its own, in a form or a file. Raises NotUnderstood at that field."""
    return _checked(each, text, _reading(each, text, seen, is_quoted=False))


def read_typed(each: Input, text: str, seen: Viewpoint) -> Any:
    """Read what follows `name=` in a command, where quotes stand around what belongs together."""
    if each.kind is InputKind.FILE:
        raise NotUnderstood(f"“{each.title}” takes a file: choose it in the form.", field=each.name)
    inner = unquoted(text)
    if inner is None or _keeps_quotes(takes_of(each), inner):
        return read_field(each, text, seen)
    return _checked(each, inner, _reading(each, inner, seen, is_quoted=True))


def read_item(items: Takes, item: Item, seen: Viewpoint) -> Any:
    """Read one item of a list. Raises NotUnderstood."""
    try:
        return _item(items, item.text, seen, is_quoted=item.is_quoted)
    except _Unread:
        raise NotUnderstood(f"An item {wanted(items)}.", words=item.text) from None


def problem(each: Input, value: Any) -> str | None:
    """Return why a value does not fit an input, without the value. None if it fits."""
    if is_file(value):
        return None if each.kind is InputKind.FILE else f"“{each.title}” takes {wanted_by(each)}."
    try:
        error = first_error(each.schema, worked_out(value, SOME_MOMENT, UTC))
    except Unchecked as why:
        return broken(each, str(why))
    return None if error is None else wrong(each, error)


def _keeps_quotes(found: Takes, inner: str) -> bool:
    """Return whether the quotes around all of a list belong to its only item."""
    items = found.items
    if found.types != ("array",) or items is None or inner.lstrip().startswith(JSON_BEGINS):
        return False
    if items.is_closed:
        return _choice(items, inner) is not None
    return "string" in items.types


def _reading(each: Input, text: str, seen: Viewpoint, *, is_quoted: bool) -> Any:
    found = takes_of(each)
    try:
        return _read(found, text, seen, is_quoted=is_quoted)
    except _Unread as unread:
        more = f" {unread.why}" if unread.why else ""
        verb = "is" if found.is_closed else "takes"
        sentence = f"“{each.title}” {verb} {wanted(found)}"
        raise _refused(each, text, f"{sentence}{'' if found.is_closed else '.'}{more}") from None


def _checked(each: Input, text: str, value: Any) -> Any:
    sentence = problem(each, value)
    if is_sealed(value):  # nobody types what we write in a secret's place
        sentence = f"“{each.title}” takes {wanted_by(each)}."
    if sentence is not None:
        raise _refused(each, text, sentence)
    if each.is_secret and moves(value):  # what is sealed cannot be worked out for a run
        raise _refused(each, text, f"“{each.title}” is kept secret, so it cannot move: give it a date.")
    return value


def _refused(each: Input, text: str, sentence: str) -> NotUnderstood:
    return NotUnderstood(sentence, words="" if each.is_secret else text, field=each.name)


def _read(found: Takes, text: str, seen: Viewpoint, *, is_quoted: bool = False) -> Any:
    """Return the value of a text. Raises _Unread."""
    plain = text.strip()
    if found.is_closed:
        return _one_of(found, plain)
    if found.is_text and not found.format:
        return text
    if not is_quoted:
        inner = unquoted(plain) if "string" in found.types and not found.is_text else None
        if inner is not None and _needs_quotes(found, inner, seen):
            return _string(found, inner, seen)
        if found.takes_null and plain.casefold() in NONE:
            return None
        for kind in found.types:
            value = _as_type(kind, found, plain, seen)
            if value is not _NOT_IT:
                return value
    if "string" in found.types:
        return _string(found, text, seen)
    if is_quoted:
        return _read(found, text, seen)
    raise _Unread(_why_not(found, plain))


_NOT_IT = object()


def _as_type(kind: str, found: Takes, plain: str, seen: Viewpoint) -> Any:
    """Return the value of one type if the text looks like it.

    A text that can be a word is one if texts are taken.
    """
    beside_texts = "string" in found.types
    match kind:
        case "integer" | "number":
            is_whole = kind == "integer" and "number" not in found.types
            if beside_texts and not is_plain_number(plain):
                return _NOT_IT
            try:
                return read_number(plain, whole=is_whole)
            except NoNumber:
                return _NOT_IT
        case "boolean":
            return _yes_no(plain, alone=len(found.types) == 1)
        case "array" if plain.startswith("[") or not (
            beside_texts or ("object" in found.types and plain.startswith("{"))
        ):
            return _list(found, plain, seen, beside_texts=beside_texts)
        case "object" if plain.startswith("{"):
            return _json(plain, beside_texts=beside_texts)
    return _NOT_IT


def _why_not(found: Takes, plain: str) -> str:
    """Return more about why a text is not of the only type that is taken."""
    try:
        if found.types in {("integer",), ("number",)}:
            read_number(plain, whole=found.types == ("integer",))
        elif found.types == ("object",):
            read_json(plain)
    except NoNumber as error:
        return str(error)
    except NoJson as error:
        return f"This is not JSON: {error}."
    return ""


def _yes_no(plain: str, *, alone: bool) -> Any:
    word = plain.casefold()
    if word in (YES if alone else {"yes", "true"}):
        return True
    return False if word in (NO if alone else {"no", "false"}) else _NOT_IT


def _json(plain: str, *, beside_texts: bool) -> Any:
    try:
        return read_json(plain)
    except NoJson as error:
        if beside_texts:
            return _NOT_IT
        raise _Unread(f"This is not JSON: {error}.") from None


def _list(found: Takes, plain: str, seen: Viewpoint, *, beside_texts: bool) -> Any:
    if plain.startswith("["):
        return _json(plain, beside_texts=beside_texts)
    items = found.items
    assert items is not None
    if {"array", "object"} & set(items.types) and not items.is_closed:
        if plain.startswith("{"):
            return _json(f"[{plain}]", beside_texts=False)
        raise _Unread
    by_lines = "string" in items.types and not items.is_closed
    return [
        _item(items, each.text, seen, is_quoted=each.is_quoted)
        for each in split_items(plain, by_lines=by_lines)
    ]


def _item(items: Takes, text: str, seen: Viewpoint, *, is_quoted: bool) -> Any:
    """Return one item of a list; a choice may be named by its words."""
    offered = _choice(items, text) if items.choices else None
    if offered is not None:
        return offered[0]
    if items.is_closed:
        raise _Unread
    if set(items.types) <= {"integer", "number"} and not items.takes_null:
        try:
            return read_number(text, whole="number" not in items.types, one_of_many=True)
        except NoNumber:
            raise _Unread from None
    return _read(items, text, seen, is_quoted=is_quoted)


def _string(found: Takes, text: str, seen: Viewpoint) -> Any:
    plain = text.strip()
    moving = read_moving(plain, found.format)
    if moving is not None:
        return moving
    match found.format:
        case "month":
            return read_month(plain) or text
        case "date":
            day = read_day(plain, seen)
            value = None if day is None else day.isoformat()
        case "time":
            value = read_time(plain)
        case "date-time":
            value = read_moment(plain, seen)
        case _:
            return text
    if value is None:
        raise _Unread
    return value


def _needs_quotes(found: Takes, inner: str, seen: Viewpoint) -> bool:
    """Return whether a text in quotes would be something else without them."""
    if unquoted(inner) is not None:
        return True
    try:
        return not isinstance(_read(found, inner, seen), str)
    except _Unread:
        return True


def _one_of(found: Takes, plain: str) -> Any:
    offered = _choice(found, plain)
    inner = unquoted(plain) if offered is None else None
    if inner is not None:
        offered = _choice(found, inner)
    if offered is None:
        raise _Unread
    return offered[0]


def _choice(found: Takes, text: str) -> tuple[Any] | None:
    """Return the value that a text names, by its exact code or words first.

    None if it names none or several.
    """
    tries = (
        lambda value, _: value == text or code_of(value) == text,
        lambda value, _: value is None and text.casefold() in NONE,
        lambda _, words: words == text,
        lambda value, _: code_of(value).casefold() == text.casefold(),
        lambda value, _: isinstance(value, bool) and text.casefold() in (YES if value else NO),
        lambda _, words: words.casefold() == text.casefold(),
    )
    for fits in tries:
        named = [value for value, words in found.choices if fits(value, words)]
        if named:
            return (named[0],) if len(named) == 1 else None
    return None
