"""A language's words by kind, with the typos that are still understood."""

from __future__ import annotations

from dataclasses import dataclass, field


class Spelled(int):
    """A number written as a word: the 2nd is a day of the month, "every second" is not."""


PLURAL = "plural"
"""The value of "mornings", which repeats; the value of "morning" is None."""
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 5, 7
"""A word of this many letters may be mistyped by one letter, or by two."""
_LONGEST, _REMEMBERED = 20, 2000
_SHORTEST_PAIR = 5
_DAY_KINDS = frozenset({"WEEKDAY", "WEEKDAYS", "DAYGROUP", "DAYGROUPS"})
_LENGTH_KINDS = frozenset({"DAY", "WEEK", "MONTH", "YEAR", "QUARTER", "HOUR", "MINUTE"})
_PART_KINDS = frozenset({"MORNING", "AFTERNOON", "EVENING", "NIGHT", "NOON"})
_RUN_INTO: dict[str, frozenset[str]] = {
    "EVERY": _DAY_KINDS | _LENGTH_KINDS | _PART_KINDS | {"OTHER"},
    "NEXT": _DAY_KINDS | _LENGTH_KINDS,
    "THIS": _DAY_KINDS | _LENGTH_KINDS | _PART_KINDS,
    "OTHER": _DAY_KINDS | _LENGTH_KINDS,
    "TOMORROW": _PART_KINDS | {"AT"},
    "TODAY": frozenset({"AT"}),
    "WEEKDAY": _PART_KINDS | {"AT"},
    "WEEKDAYS": _PART_KINDS | {"AT"},
    "DAYGROUPS": frozenset({"AT"}),
    "ON": _DAY_KINDS,
    "AT": _PART_KINDS,
    "MONTH": frozenset({"END"}),
    "QUARTER": frozenset({"END"}),
    "YEAR": frozenset({"END"}),
}
"""Which kinds of words people run together, by the first."""


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    value: object


@dataclass(slots=True, eq=False)
class Vocabulary:
    entries: dict[str, Entry] = field(default_factory=dict)
    phrases: dict[str, list[str]] = field(default_factory=dict)
    """Entries of several words by their first word, the longest first."""
    _not_typos: set[str] = field(default_factory=set)
    _corrections: dict[str, str | None] = field(default_factory=dict)
    _apart: dict[str, str | None] = field(default_factory=dict)
    _long_words: list[tuple[str, frozenset[str], int]] = field(default_factory=list)

    def add(self, kind: str, words: str, value: object) -> None:
        """Add words, separated by spaces, with the same kind and value."""
        for word in words.split():
            self.add_one(kind, word, value)

    def add_one(self, kind: str, phrase: str, value: object = None) -> None:
        """Add one word or phrase."""
        self.entries[phrase] = Entry(kind, value)
        if " " in phrase:
            same_start = self.phrases.setdefault(phrase.split(maxsplit=1)[0], [])
            same_start.append(phrase)
            same_start.sort(key=len, reverse=True)

    def never_a_typo(self, words: str) -> None:
        """Add real words that look like one of ours and mean something else."""
        self._not_typos.update(words.split())

    def run_together(self, word: str) -> str | None:
        """Return the two words in "everymonday". None unless there is exactly one way to cut it."""
        if word in self._not_typos or not word.isalpha() or not _SHORTEST_PAIR <= len(word) <= _LONGEST:
            return None
        if word not in self._apart:
            if len(self._apart) >= _REMEMBERED:
                self._apart.clear()
            cuts = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
            pairs = [pair for pair in cuts if self._are_kinds(pair)]
            self._apart[word] = " ".join(pairs[0]) if len(pairs) == 1 else None
        return self._apart[word]

    def _are_kinds(self, pair: tuple[str, str]) -> bool:
        first, second = (self.entries.get(each) for each in pair)
        return bool(first and second and first.kind in _RUN_INTO and second.kind in _RUN_INTO[first.kind])

    def meant_by(self, word: str) -> str | None:
        """Return the word of which this is a likely typo. None if there is none, or more than one."""
        if word in self._not_typos or not word.isalpha() or len(word) > _LONGEST:
            return None
        if word not in self._corrections:
            if len(self._corrections) >= _REMEMBERED:
                self._corrections.clear()
            self._corrections[word] = self._closest(word)
        return self._corrections[word]

    def _closest(self, word: str) -> str | None:
        near: dict[str, int] = {}
        letters = set(word)
        for each, own_letters, allowed in self._mistypable():
            if abs(len(each) - len(word)) > allowed or len(letters ^ own_letters) > 2 * allowed:
                continue
            if len(each) < _ONE_EDIT_FROM:
                if word[0] == each[0] and len(word) < len(each) and cost(word, each, ADDED) <= ADDED:
                    near[each] = ADDED
                continue
            distance = cost(word, each, allowed * CHANGED)
            if distance <= CHANGED or (distance <= allowed * CHANGED and word[0] == each[0]):
                near[each] = distance
        best = [each for each, distance in near.items() if distance == min(near.values())]
        return best[0] if len({self._meaning(each) for each in best}) == 1 else None

    def _mistypable(self) -> list[tuple[str, frozenset[str], int]]:
        """Return words long enough to be mistyped, their letters, and how many edits are allowed."""
        if not self._long_words:
            words = {part for entry in self.entries for part in entry.split()}
            for each in sorted(word for word in words if _is_mistypable(word)):
                allowed = 2 if len(each) >= _TWO_EDITS_FROM else 1
                self._long_words.append((each, frozenset(each), allowed))
        return self._long_words

    def _meaning(self, word: str) -> object:
        entry = self.entries.get(word)
        if entry is None:
            return word
        return entry.kind if entry.value is None else (entry.kind, repr(entry.value))


_SHORT_WORDS = frozenset({"each", "next", "last", "week", "year", "hour", "half", "days"})
"""Words of four letters of which one may be lost."""


def _is_mistypable(word: str) -> bool:
    return (len(word) >= _ONE_EDIT_FROM and word.isalpha()) or word in _SHORT_WORDS


SWAPPED, ADDED, CHANGED = 1, 2, 3
"""Two letters swapped are a likelier slip than one too many or too few, and these than another letter."""


def cost(a: str, b: str, limit: int) -> int:
    """Return what it takes to make `a` into `b`; something above `limit` if it is more than that."""
    if a[0] == b[0] and len(a) == len(b) and sorted(a) == sorted(b):
        return ADDED
    before: list[int] = []
    row = list(range(0, ADDED * len(b) + 1, ADDED))
    for i, x in enumerate(a, 1):
        current = [ADDED * i]
        for j, y in enumerate(b, 1):
            best = min(row[j] + ADDED, current[-1] + ADDED, row[j - 1] + (CHANGED if x != y else 0))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + SWAPPED)
            current.append(best)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return row[-1]
