"""Zones as people name them, and the name a zone is called by."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.language.when.values import ZoneRef

_NEW_YORK, _CHICAGO, _DENVER, _LOS_ANGELES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
ABBREVIATIONS: dict[str, tuple[str, int | None]] = {
    "utc": ("UTC", None),
    "gmt": ("UTC", None),
    "z": ("UTC", None),
    "et": (_NEW_YORK, None),
    "est": (_NEW_YORK, -300),
    "edt": (_NEW_YORK, -240),
    "ct": (_CHICAGO, None),
    "cst": (_CHICAGO, -360),
    "cdt": (_CHICAGO, -300),
    "mt": (_DENVER, None),
    "mst": (_DENVER, -420),
    "mdt": (_DENVER, -360),
    "pt": (_LOS_ANGELES, None),
    "pst": (_LOS_ANGELES, -480),
    "pdt": (_LOS_ANGELES, -420),
    "akst": ("America/Anchorage", -540),
    "akdt": ("America/Anchorage", -480),
    "hst": ("Pacific/Honolulu", -600),
    "bst": ("Europe/London", 60),
    "wet": ("Europe/Lisbon", 0),
    "west": ("Europe/Lisbon", 60),
    "cet": ("Europe/Berlin", 60),
    "cest": ("Europe/Berlin", 120),
    "eet": ("Europe/Athens", 120),
    "eest": ("Europe/Athens", 180),
    "msk": ("Europe/Moscow", 180),
    "jst": ("Asia/Tokyo", 540),
    "kst": ("Asia/Seoul", 540),
    "sgt": ("Asia/Singapore", 480),
    "hkt": ("Asia/Hong_Kong", 480),
    "aest": ("Australia/Sydney", 600),
    "aedt": ("Australia/Sydney", 660),
    "acst": ("Australia/Adelaide", 570),
    "acdt": ("Australia/Adelaide", 630),
    "awst": ("Australia/Perth", 480),
    "nzst": ("Pacific/Auckland", 720),
    "nzdt": ("Pacific/Auckland", 780),
    "sast": ("Africa/Johannesburg", 120),
    "brt": ("America/Sao_Paulo", -180),
}
for _region, _zone, _hours in (
    ("eastern", _NEW_YORK, 5),
    ("central", _CHICAGO, 6),
    ("mountain", _DENVER, 7),
    ("pacific", _LOS_ANGELES, 8),
):
    ABBREVIATIONS[f"{_region} standard"] = (_zone, -60 * _hours)
    ABBREVIATIONS[f"{_region} daylight"] = (_zone, 60 - 60 * _hours)
REGIONS = {
    "eastern": _NEW_YORK,
    "us eastern": _NEW_YORK,
    "central": _CHICAGO,
    "us central": _CHICAGO,
    "mountain": _DENVER,
    "us mountain": _DENVER,
    "pacific": _LOS_ANGELES,
    "us pacific": _LOS_ANGELES,
    "uk": "Europe/London",
    "british": "Europe/London",
    "german": "Europe/Berlin",
    "germany": "Europe/Berlin",
    "french": "Europe/Paris",
    "france": "Europe/Paris",
    "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "japan": "Asia/Tokyo",
    "central european": "Europe/Berlin",
    "eastern european": "Europe/Athens",
}
"""Understood with "time" behind them, and Eastern and Pacific also alone."""
BARE_REGIONS = (
    "eastern",
    "central",
    "mountain",
    "pacific",
    "us eastern",
    "us central",
    "us mountain",
    "us pacific",
)

CITIES = {
    "San Francisco|Seattle|San Diego|San Jose|Las Vegas|Portland|LA|Sacramento|SF": _LOS_ANGELES,
    "Boston|Washington|Washington DC|DC|Miami|Atlanta|Philadelphia|NYC|NY|New York City": _NEW_YORK,
    "Houston|Dallas|Austin|San Antonio|Nashville|Minneapolis|New Orleans|St Louis": _CHICAGO,
    "Salt Lake City|Albuquerque": _DENVER,
    "Montreal|Ottawa|Quebec": "America/Toronto",
    "Calgary": "America/Edmonton",
    "Munich|Frankfurt|Hamburg|Cologne|Stuttgart|Leipzig|Dusseldorf": "Europe/Berlin",
    "Milan|Turin|Naples|Florence|Venice": "Europe/Rome",
    "Barcelona|Seville": "Europe/Madrid",
    "Geneva|Basel|Bern": "Europe/Zurich",
    "Lyon|Marseille|Toulouse": "Europe/Paris",
    "Manchester|Edinburgh|Glasgow|Liverpool|Leeds|Bristol|Cardiff": "Europe/London",
    "Gothenburg": "Europe/Stockholm",
    "Rotterdam|The Hague": "Europe/Amsterdam",
    "Antwerp": "Europe/Brussels",
    "Krakow": "Europe/Warsaw",
    "Kyiv": "Europe/Kyiv",
    "Saint Petersburg": "Europe/Moscow",
    "Mumbai|Delhi|New Delhi|Bangalore|Bengaluru|Chennai|Hyderabad|Pune|Kolkata": "Asia/Kolkata",
    "Beijing|Shenzhen|Guangzhou": "Asia/Shanghai",
    "Osaka|Kyoto": "Asia/Tokyo",
    "Hanoi|Saigon": "Asia/Ho_Chi_Minh",
    "Abu Dhabi": "Asia/Dubai",
    "Tel Aviv": "Asia/Jerusalem",
    "Islamabad|Lahore": "Asia/Karachi",
    "Canberra": "Australia/Sydney",
    "Wellington": "Pacific/Auckland",
    "Cape Town|Pretoria|Durban": "Africa/Johannesburg",
    "Rio de Janeiro|Rio|Brasilia": "America/Sao_Paulo",
    "Ho Chi Minh City": "Asia/Ho_Chi_Minh",
    "Guadalajara": "America/Mexico_City",
}
"""Cities that have no zone of their own."""
KNOWN_CITIES = frozenset(
    """
    amsterdam|athens|auckland|bangkok|barcelona|beijing|berlin|boston|brisbane|brussels|budapest|buenos aires
    cairo|chicago|copenhagen|dallas|delhi|denver|dubai|dublin|frankfurt|hamburg|helsinki|hong kong|houston
    istanbul|jakarta|johannesburg|kolkata|lagos|lisbon|london|los angeles|madrid|manila|melbourne|mexico city
    miami|montreal|moscow|mumbai|munich|nairobi|new york|oslo|paris|perth|prague|rome|san francisco|sao paulo
    seattle|seoul|shanghai|singapore|stockholm|sydney|taipei|tel aviv|tokyo|toronto|vancouver|vienna|warsaw
    zurich
    """.strip()
    .replace("\n    ", "|")
    .split("|")
)
"""Understood as zones without "in" or "time" beside them."""
_AMBIGUOUS = frozenset(
    """
    center|central|christmas|cordoba|cuba|easter|eastern|egypt|eire|general|greenwich|hongkong|iceland|iran|israel
    jamaica|knox|libya|midway|mountain|navajo|pacific|poland|portugal|prc|reunion|roc|rok|samoa|san_juan|troll
    turkey|universal|wake|zulu|davis|casey|vostok
    """.strip()
    .replace("\n    ", "|")
    .split("|")
)
"""Names of zones that are also words, or also other places."""
_FIXED = {
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    270: "Asia/Kabul",
    210: "Asia/Tehran",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
    -570: "Pacific/Marquesas",
}
"""Zones that keep an offset which is no whole number of hours, in minutes."""
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])\s?(\d{1,2}):?(\d{2})?$")
_WEST, _EAST = -12, 14


@cache
def iana() -> dict[str, str]:
    """Return the IANA names of zones by their lower-case form.

    They are read from the disk once, and nowhere else: that takes longer than a whole command.
    """
    return {name.casefold(): name for name in available_timezones() if "/" in name or name == "UTC"}


@cache
def cities() -> dict[str, str]:
    """Return zones by the city in their names, and bigger cities without a zone; in lower case."""
    found: dict[str, str] = {}
    for name in sorted(iana().values()):
        area, _, city = name.rpartition("/")
        city = city.casefold()
        if not area or area.startswith(("Etc", "US", "posix", "right", "SystemV")) or city in _AMBIGUOUS:
            continue
        found.setdefault(city.replace("_", " "), name)
    for names, zone in CITIES.items():
        found.update(dict.fromkeys(names.casefold().split("|"), zone))
    return found


@cache
def zone_phrases() -> dict[str, list[str]]:
    """Return zone names of several words by their first word, the longest first."""
    found: dict[str, list[str]] = {}
    for name in sorted((*cities(), *REGIONS, *ABBREVIATIONS), key=len, reverse=True):
        if " " in name:
            found.setdefault(name.split()[0], []).append(name)
    return found


def zone_called(words: str) -> tuple[str, ZoneRef] | None:
    """Return the kind of zone word and its zone. A CITY needs "time" behind it or "in" before it."""
    if words in ABBREVIATIONS:
        return "ZONE", ZoneRef(*ABBREVIATIONS[words])
    if words in iana():
        return "ZONE", ZoneRef(iana()[words])
    if words in REGIONS:
        return "ZONE" if words in BARE_REGIONS else "CITY", ZoneRef(REGIONS[words])
    if words in cities():
        return "ZONE" if words in KNOWN_CITIES else "CITY", ZoneRef(cities()[words])
    return None


def zone_of_offset(text: str) -> ZoneRef | None:
    """Return the zone that keeps "UTC+2" or "+05:30" all year. None if no zone does."""
    match = _OFFSET.match(text)
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    total = (int(hours) * 60 + int(minutes or 0)) * (-1 if sign == "-" else 1)
    if total % 60 == 0 and _WEST <= total // 60 <= _EAST:
        return ZoneRef("UTC" if total == 0 else f"Etc/GMT{-total // 60:+d}")
    return ZoneRef(_FIXED[total]) if total in _FIXED else None


@cache
def name_of(tz: ZoneInfo) -> str:
    """Return the name that people use for the zone and that is read back as the same: "Berlin time"."""
    key = tz.key
    if key in ("UTC", "Etc/UTC"):
        return "UTC"
    if key.startswith("Etc/GMT") and key[7:]:
        hours = -int(key[7:])
        return f"UTC{hours:+03d}:00" if hours else "UTC"
    city = key.rpartition("/")[2].replace("_", " ")
    called = zone_called(city.casefold())  # "West" is a zone of its own, and no city of Australia
    return f"{city} time" if called is not None and called[1] == ZoneRef(key) else key
