"""A language's words by kind, with the typos that are still understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

MAX_WORDS = 4
"""The longest entry: "up to and including"."""
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 5, 7
"""A word of this many letters may be mistyped by one letter, or by two."""
_LONGEST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    value: object


@dataclass(slots=True)
class Vocabulary:
    entries: dict[str, Entry] = field(default_factory=dict)
    firsts: set[str] = field(default_factory=set)
    """First words of entries of several words."""
    _not_typos: set[str] = field(default_factory=set)

    def add(self, kind: str, words: str, value: object) -> None:
        for word in words.split():
            self.add_one(kind, word, value)

    def add_one(self, kind: str, phrase: str, value: object) -> None:
        self.entries[phrase] = Entry(kind, value)
        if " " in phrase:
            self.firsts.add(phrase.split()[0])

    def never_a_typo(self, words: str) -> None:
        """Real words that look like one of ours and mean something else."""
        self._not_typos.update(words.split())

    def meant_by(self, word: str) -> str | None:
        """The one entry that `word` is a likely typo of."""
        if word in self._not_typos or not word.isalpha() or len(word) > _LONGEST:
            return None
        return _closest(word, tuple(self._candidates(word)), self)

    def _candidates(self, word: str) -> list[str]:
        return [each for each in self.entries if " " not in each and abs(len(each) - len(word)) <= 2 and each.isalpha()]  # noqa: PLR2004, E501

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=4096)
def _closest(word: str, candidates: tuple[str, ...], words: Vocabulary) -> str | None:
    near: dict[int, list[str]] = {1: [], 2: []}
    for each in candidates:
        allowed = 2 if len(each) >= _TWO_EDITS_FROM else 1 if len(each) >= _ONE_EDIT_FROM else 0
        distance = edits(word, each, allowed)
        if distance and distance <= allowed and (distance == 1 or word[0] == each[0]):
            near[distance].append(each)
    best = near[1] or near[2]
    meanings = {(words.entries[each].kind, repr(words.entries[each].value)) for each in best}
    return best[0] if len(meanings) == 1 else None


def edits(a: str, b: str, limit: int) -> int:
    """How many letters must be added, dropped, changed or swapped; more than `limit` when it is more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            best = min(row[j] + 1, current[-1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            current.append(best)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return row[-1]
