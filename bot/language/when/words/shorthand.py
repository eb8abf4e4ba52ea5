"""What phones shorten, written out before the words are looked at: M/W/F, MWF, 2nite."""

from __future__ import annotations

import re

_DAYS = {"m": "mon", "t": "tue", "tu": "tue", "w": "wed", "th": "thu", "f": "fri"}
_LETTER = r"(?:m|tu?|w|th|f)"
_LIST = re.compile(rf"(?<![\w/+-])(?:every\ )?({_LETTER}(?:\s?[/+&,]\s?{_LETTER})+)(?![\w/+-])")
_RANGE = re.compile(r"(?<![\w/+-])(m|tu?|w|th)-(tu?|w|th|f)(?![\w/+-])")
_TOGETHER = re.compile(r"(?<![\w/+-])(m(?:t|tu)?w(?:thf|tf|f)?|t(?:u)?th)(?![\w/+-])")
_APART = re.compile(r"th|tu|[mtwf]")
_NO_COUNT = "".join(rf"(?<!{word}\ )" for word in ("every", "each", "in", "for", "next", "last"))
_DIGITS = re.compile(rf"{_NO_COUNT}(?<![\w.])2(nite|night|day|morrow|morow|moro|mrw)\b")
_SAID = {"nite": "tonight", "night": "tonight", "day": "today"}


def written_out(text: str) -> str:
    """Return the tidy text with these shorthands in full."""
    if "2" in text:
        text = _DIGITS.sub(lambda found: _SAID.get(found[1], "tomorrow"), text)
    if "-" in text:
        text = _RANGE.sub(lambda found: f"{_DAYS[found[1]]}-{_DAYS[found[2]]}", text)
    if "/" in text or "+" in text or "," in text or "&" in text:
        text = _LIST.sub(_listed, text)
    if "w" in text or "th" in text:
        text = _TOGETHER.sub(lambda found: _named(_APART.findall(found[1])), text)
    return text


def _listed(found: re.Match[str]) -> str:
    letters = _APART.findall(found[1])
    return found[0].removesuffix(found[1]) + _named(letters)


def _named(letters: list[str]) -> str:
    if letters in (["m", "t", "w", "t", "f"], ["m", "t", "w", "th", "f"]):
        return "mon-fri"
    return ", ".join(_DAYS[each] for each in letters)
