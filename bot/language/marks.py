"""Slack's marks and a phone's typography: taken off before anything is read, harmless where it is shown."""

from __future__ import annotations

import html
import re

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
_SINGLE, _DOUBLE = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc", "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_UNSEEN = "\u00ad\u180e\u200b\u2060\ufeff\ufe0e"
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_SINGLE, "'"),
        **dict.fromkeys(_DOUBLE, '"'),
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys([*_UNSEEN, *_BIDI], None),
    }
)
_MARK = re.compile(
    r"<(?P<kind>[@#!]|[a-z][a-z0-9+.-]*:)(?P<rest>[^<>\s|]*)(?:\|(?P<label>[^<>]*))?>", re.IGNORECASE
)
_ALIKE = {"*": "\u2217", "~": "\u223c", "`": "\u02cb", "_": "\u02cd"}
_FORMATS = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)")
"""What Slack reads as the beginning or the end of a format; an underscore inside a name is none."""
_PERSON = re.compile(r"<@(?P<id>[UW][A-Z0-9]*)(?:\|(?P<name>[^<>]*))?>")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


def plain_characters(text: str) -> str:
    """Return straight quotes, hyphens and spaces for those of phones, without what cannot be seen."""
    return text if text.isascii() else text.translate(_PLAIN)


def strong(text: str) -> str:
    """Return the text in bold, its own marks as signs that look like them and format nothing.

    People, channels and links in it stay what they are: what others wrote is escaped before, or after.
    """
    return f"*{_FORMATS.sub(lambda mark: _ALIKE[mark[0]], text)}*"


def plain(text: str) -> str:
    """Return a message or command as it was typed: links, channels and entities without Slack's marks.

    People stay marked as <@U…>, for callers that need to know who is meant; `named` takes these marks off as
    well.
    """
    return plain_characters(html.unescape(_MARK.sub(_unmarked, text)))


def named(text: str) -> str:
    """Return the text with each person by their name, or by their id if Slack sends no name."""
    return _PERSON.sub(lambda found: f"@{found['name'] or found['id']}", text)


def _unmarked(found: re.Match[str]) -> str:
    kind, rest, label = found["kind"], found["rest"], found["label"] or ""
    if kind == "@":
        return found[0]
    if kind == "#":
        return f"#{label or rest}"
    if kind == "!":
        return label or f"@{rest}"
    link = f"{kind}{rest}"
    return label if label and _SCHEME.sub("", link).rstrip("/") == label.rstrip("/") else _address(link)


def _address(link: str) -> str:
    """Return an e-mail address or a telephone number without the scheme that nobody types."""
    return re.sub(r"^(?:mailto|tel):", "", link, flags=re.IGNORECASE)
