"""The one line of an exception, or of a command's output, that says what went wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_OF_A_GROUP = 3
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_WHEN = re.compile(r"^(\d{2,4}[-/]\d\d[-/]\d\d[ T])?\d\d:\d\d:\d\d([.,]\d+)?Z?\s+")
_AROUND = re.compile(r"^(?:\[base\] |[│┃] |(?:/\S+/)?(?:ba|da|z|k)?sh: (?:line )?\d+: +(?:\d+ +)?)+")
"""What a pod's container, a tool or a shell puts before each line."""
_STRONG = re.compile(
    r"(^|[\s:\[(])(ERROR|FATAL|CRITICAL|Error|error|fatal|FAILED)\b(?!=)[\s:\]]|"
    r"\b\w+(Error|Exception): |\bORA-\d{5}"
)
_WEAK = re.compile(
    r"denied|not found|no such file|refused|timed out|cannot |could not |unable to|\bfail|\bkilled\b|"
    r"exception|quota|no space left|not permitted|does not exist|unexpected|invalid",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"^make: \*\*\*|\bERROR=\d|\b\d+ errors?\b|^\s*at [\w.$<>/]+\(|^WARN|\bWARN(ING)?\b:?\s|"
    r"transaction is aborted|^Error \d+$"
)
_CAUSED_BY = re.compile(r"^\s*Caused by: (.+)")
_IN_THREAD = re.compile(r'^Exception in thread "[^"]*" (.+)')
_PYTHON = re.compile(r"^[A-Za-z_][\w.]*(: .*)?$")
_IN_MODEL = re.compile(r"Error in \w+ \S+ \(.+\)$")
"""dbt's headline; the next line says what is wrong."""
_MEANT = re.compile(r"^(ERROR|FATAL|ORA-\d{5}|SQL compilation error)\b")
_COUNTED = re.compile(r"\s*\(\d+ sub-exceptions?\)$")
_INVALID = re.compile(r"^\d+ validation errors? for ")
_SAYS_NOTHING = frozenset({"AirflowException", "AirflowFailException", "AirflowNotFoundException"})
"""Exceptions whose names tell nothing, because they are Airflow's for any failure."""
_WRAPS = frozenset({"RetryError", "MaxRetriesExceeded"})
"""Exceptions that say only that another one was raised at every try."""
_SAYS_LITTLE = re.compile(
    r"(?:(?:the|an?|this) )?(?:\w+ )?(?:job|task|query|run|operation|request|pipeline|load|it|step|something)"
    r"(?: has)?(?: failed| went wrong| error)[.:!]?|(?:an )?(?:error|failure|failed)(?: occurred)?[.:!]?|",
    re.IGNORECASE,
)
"""Texts that say only that something failed."""
_NAMES_A_KEY = frozenset({"KeyError", "IndexError", "AttributeError", "LookupError"})
_ONLY_A_KEY = re.compile(r"(['\"]?)[\w .\-]{1,80}\1")
_NUMBERED = re.compile(r"\((\d{1,6}), (['\"])(.*)\2\)")
"""An error as MySQL's clients write it: its number, then its text."""
_REQUEST = re.compile(r"^(\d{3}) (?:GET|POST|PUT|PATCH|DELETE) https?://\S+: ")
"""The beginning of an error as Google's clients write it."""
CAUSE = "cause"
"""The key under which an exception keeps the one that caused it."""
_SENSOR = re.compile(r"timeout of (\d+)(?:\.\d+)?")


def of_output(lines: Iterable[str]) -> str:
    """Return the line of a command's output that says what went wrong; "" where it printed nothing."""
    said = [_plain(each) for each in lines]
    said = [each for each in said if each.strip()]
    raised = _raised_in(said)
    if raised:
        return raised
    for pattern in (_STRONG, _WEAK):
        for place in reversed(range(len(said))):
            if pattern.search(said[place]) and not _NOISE.search(said[place]):
                return _with_next(said, place)
    return said[-1].strip() if said else ""


def of_exception(detail: Mapping[str, Any]) -> str:
    """Return an exception's telling line, from Airflow's `error_detail`, with its name if that says more."""
    name, told = str(detail.get("exc_type") or "Error"), str(detail.get("exc_value") or "")
    if name == "AirflowSensorTimeout":
        limit = _SENSOR.search(told)
        return f"What it waits for did not come{f' within {limit[1]} s' if limit else ' in time'}."
    if detail.get("is_group"):
        leaves = [_words(each) for each in _leaves(detail)]
        more = f"; and {len(leaves) - MOST_OF_A_GROUP} more" if len(leaves) > MOST_OF_A_GROUP else ""
        return f"{_COUNTED.sub('', told.strip())}: {'; '.join(leaves[:MOST_OF_A_GROUP])}{more}"
    words, cause = _words(detail), detail.get(CAUSE)
    if isinstance(cause, Mapping) and (name in _WRAPS or _SAYS_LITTLE.fullmatch(words)):
        inner = of_exception(cause)
        return inner if name in _WRAPS else f"{words.rstrip('.:!') or name}: {inner}"
    if not words:
        return name + _where(detail)
    if name in _NAMES_A_KEY and _ONLY_A_KEY.fullmatch(words):
        return f"{name}: {words}{_where(detail)}"
    return words if name in _SAYS_NOTHING else f"{name}: {words}"


def _words(detail: Mapping[str, Any]) -> str:
    """Return what the exception says, on one line; with its second line if the first only introduces it."""
    lines = [each.strip() for each in str(detail.get("exc_value") or "").splitlines() if each.strip()]
    if not lines:
        return ""
    causes = [found[1] for each in lines if (found := _CAUSED_BY.match(each))]
    if causes:
        return causes[-1].strip()
    lines[0] = _of_a_client(lines[0])
    meant = next((each for each in lines[1:] if _MEANT.search(each)), "")
    if meant:
        return f"{lines[0]} {meant}" if lines[0].endswith(":") else f"{lines[0]}: {meant}"
    if _INVALID.search(lines[0]):
        return ": ".join(lines[:3])
    if lines[0].endswith(":") and len(lines) > 1:
        return f"{lines[0]} {lines[1]}"
    return lines[0]


def _of_a_client(words: str) -> str:
    """Return a database's or service's error without what its client puts around it."""
    return _REQUEST.sub(r"\1 ", _NUMBERED.sub(r"\3 (error \1)", words))


def _where(detail: Mapping[str, Any]) -> str:
    """Return the job's own line that raised the exception; it stands in for a message that is empty."""
    own = [each for each in detail.get("frames") or () if "site-packages" not in str(each.get("filename"))]
    if not own:
        return ""
    last = own[-1]
    return f" in {last.get('name')}, line {last.get('lineno')} of {str(last.get('filename')).split('/')[-1]}"


def _leaves(detail: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for chain in detail.get("exceptions") or ():
        first = chain[0] if isinstance(chain, list) and chain else chain
        if isinstance(first, Mapping):
            yield from _leaves(first) if first.get("is_group") else (first,)


def _raised_in(said: Sequence[str]) -> str:
    """Return the exception that another program printed: Java's deepest cause, Python's last line."""
    causes = [found[1] for each in said if (found := _CAUSED_BY.match(each))]
    thrown = [found[1] for each in said if (found := _IN_THREAD.match(each))]
    if causes or thrown:
        return (causes or thrown)[-1].strip()
    begins = [
        place for place, each in enumerate(said) if each.startswith("Traceback (most recent call last)")
    ]
    after = said[begins[-1] + 1 :] if begins else []
    return next((each for each in after if not each.startswith(" ") and _PYTHON.match(each)), "")


def _with_next(said: Sequence[str], place: int) -> str:
    line = " ".join(said[place].split())
    follows = said[place + 1].strip() if place + 1 < len(said) else ""
    if follows and line.endswith(":"):
        return f"{line} {follows}"
    return f"{line}: {follows}" if follows and _IN_MODEL.search(line) else line


def _plain(line: str) -> str:
    """Return the line without colours and without the time of day before it."""
    return _AROUND.sub("", _WHEN.sub("", _COLOUR.sub("", line))).rstrip()
