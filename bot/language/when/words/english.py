"""The English words of the time language, as data: what kind of word each is, and what it stands for.

A kind is what `grammar.py` speaks of. Another language is another file like this one.
"""

from __future__ import annotations

from bot.domain.days import WEEKEND, WORKDAYS
from bot.language.when.values import CalendarDate
from bot.language.when.words.vocabulary import PLURAL, Spelled, Vocabulary

WEEKDAYS = {
    0: "monday mon",
    1: "tuesday tue tues",
    2: "wednesday wed weds",
    3: "thursday thu thur thurs",
    4: "friday fri",
    5: "saturday sat",
    6: "sunday sun",
}
MONTHS = {
    1: "january jan",
    2: "february feb",
    3: "march mar",
    4: "april apr",
    5: "may",
    6: "june jun",
    7: "july jul",
    8: "august aug",
    9: "september sep sept",
    10: "october oct",
    11: "november nov",
    12: "december dec",
}
NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
TENS = {
    30: "thirty",
    40: "forty",
    45: "forty-five",
    50: "fifty",
    60: "sixty",
    75: "seventy-five",
    90: "ninety",
}
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second "
    "twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth "
    "thirtieth thirty-first"
)

ENGLISH = Vocabulary()
for _number, _words in WEEKDAYS.items():
    ENGLISH.add("WEEKDAY", _words, _number)
    _plurals = [
        word for word in _words.split() if not word.endswith("s") and f"{word}s" not in _words.split()
    ]
    ENGLISH.add("WEEKDAYS", " ".join(f"{word}s {word}'s" for word in _plurals), _number)
for _number, _words in MONTHS.items():
    ENGLISH.add("MONTHNAME", _words, _number)
for _number, _word in enumerate(NUMBERS.split()):
    ENGLISH.add("NUMBER", _word, Spelled(_number))
for _number, _word in TENS.items():
    ENGLISH.add("NUMBER", _word, _number)
for _number, _word in enumerate(ORDINALS.split(), start=1):
    ENGLISH.add("ORDINAL", _word, Spelled(_number))

_SIMPLE: dict[str, str] = {
    # what repeats
    "EVERY": "every|each|evry|ev|all|every single|each and every",
    "OTHER": "other|alternate|alternating",
    "SECONDS": "seconds|sec|secs",
    "MINUTE": "minute|minutes|min|mins|minuts",
    "HOUR": "hour|hours|hr|hrs",
    "DAY": "day|days",
    "WEEK": "week|weeks|wk|wks",
    "FORTNIGHT": "fortnight|fortnights",
    "MONTH": "month|months|mth|mths",
    "QUARTER": "quarter|quarters|qtr",
    "YEAR": "year|years|yr|yrs",
    "SHORT_H": "h",
    "SHORT_M": "m",
    "SHORT_D": "d",
    "SHORT_W": "w",
    "SHORT_S": "s",
    "LAST": "last|final",
    "PENULTIMATE": (
        "penultimate|second last|second to last|second-to-last|next to last|second-last|last but one"
    ),
    # the parts of a day
    "OCLOCK": "o'clock|oclock",
    "AM": "am|a.m.|a.m",
    "PM": "pm|p.m.|p.m",
    "MORNING": "morning|morn|first thing|first thing in the morning|first thing on",
    "AFTERNOON": "afternoon",
    "EVENING": "evening|eve",
    "NIGHT": "night|nite",
    "HALF": "half",
    "PAST": "past",
    # days near today
    "TODAY": "today|tday|later today",
    "TONIGHT": "tonight|tonite",
    "TOMORROW": "tomorrow|tmrw|tmr|tmw|tmrow|tomorow|tomo|tmoro|tmrow",
    "AFTER_TOMORROW": "day after tomorrow|day after tmrw|overmorrow",
    "NEXT": "next|following",
    "THIS": "this",
    "COMING": "coming|upcoming|this coming|the coming",
    "REST": "rest|remainder",
    "END_AFTER": (
        "stop after|stops after|stopping after|end after|ends after|ending after|finish after|until after|"
        "a total of|for a total of|in total|at most"
    ),
    "FROM_NOW": "from now|hence|from today",
    # bounds
    "FROM": "from",
    "START": (
        "starting|start|starts|beginning|begin|begins|commencing|effective|as of|as from|starting from|"
        "starting on|starting at|beginning on|beginning at|start on|start at|start from"
    ),
    "COUNTED_FROM": "counted from|counting from",
    "AFTER": "after",
    "UNTIL": "until|till|til|up to|up until|'til|ending|ends|ending on|end on|ends on|stop on|stopping on",
    "THROUGH": "through|thru|up to and including|until and including",
    "BEFORE": "before",
    "TO": "to",
    "BETWEEN": "between|betw",
    "FOR": "for",
    "TIMES": "times|occurrences|occasions|runs|time only|goes|repetitions|repeats",
    "TWICE": "twice",
    "ONCE": "once",
    "PER": "per",
    "END": "end|close",
    "EXCEPT": (
        "except|excluding|except for|except on|excepting|but not|but not on|not on|skip|skipping|without|"
        "apart from|other than|besides|but never on|not|leaving out|not in|except in|except the|excl|minus"
    ),
    # small words
    "AT": "at|@",
    "ON": "on",
    "IN": "in",
    "BY": "by",
    "DURING": "during",
    "OF": "of",
    "THE": "the",
    "A": "a|an",
    "AND": "and|&|plus|n|'n'|n'|'n",
    "ALSO": "also|and also|as well as",
    "AGAIN": "the second time",
    "BUT": "but",
    "MINUTES_PAST": "minutes past|mins past",
    "ON_THE_HOUR": "on the hour|top of the hour|at the top of the hour",
    "ON_THE_HALF_HOUR": "on the half hour|on the half-hour|at the half hour",
    "TIME": "time|timezone|tz|time zone|zone",
    "LOCAL": "local|my",
    "POLITE": (
        "please|pls|plz|thanks|thank you|just|only|remind me|remind us|set a reminder|run it|run this|run|"
        "schedule it|schedule|do it|kindly|sharp|on the dot|exactly|promptly|precisely"
    ),
    "EOD": "eod|end of day|end of the day|cob|close of business|eob",
    "NOW": "now|right now|immediately|asap|straight away",
}
for _kind, _words in _SIMPLE.items():
    for _word in _words.split("|"):
        ENGLISH.add_one(_kind, _word)
for _word in ["mornings", "afternoons", "evenings", "nights"]:
    ENGLISH.add_one(_word[:-1].upper(), _word, PLURAL)
for _ten, _tens in {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty"}.items():
    for _one, _ones in enumerate(NUMBERS.split()[1:10], start=1):
        ENGLISH.add("NUMBER", f"{_tens}-{_ones}", _ten + _one)
        ENGLISH.add_one("NUMBER", f"{_tens} {_ones}", _ten + _one)

for _word in ["weekday", "workday"]:
    ENGLISH.add_one("DAYGROUP", _word, WORKDAYS)
    ENGLISH.add_one("DAYGROUPS", _word + "s", WORKDAYS)
for _word in ("business day", "working day", "work day", "week day", "bus day", "biz day"):
    ENGLISH.add_one("DAYGROUP", _word, WORKDAYS)
    ENGLISH.add_one("DAYGROUPS", _word + "s", WORKDAYS)
for _word in ["weekend", "weekends"]:
    ENGLISH.add_one("DAYGROUP" if _word == "weekend" else "DAYGROUPS", _word, WEEKEND)

for _word, _step in {
    "hourly": (1, "HOUR"),
    "half-hourly": (30, "MINUTE"),
    "daily": (1, "DAY"),
    "everyday": (1, "DAY"),
    "nightly": (1, "NIGHT"),
    "weekly": (1, "WEEK"),
    "fortnightly": (2, "WEEK"),
    "biweekly": (2, "WEEK"),
    "bi-weekly": (2, "WEEK"),
    "monthly": (1, "MONTH"),
    "bimonthly": (2, "MONTH"),
    "bi-monthly": (2, "MONTH"),
    "quarterly": (1, "QUARTER"),
    "semiannually": (6, "MONTH"),
    "semi-annually": (6, "MONTH"),
    "half-yearly": (6, "MONTH"),
    "yearly": (1, "YEAR"),
    "annually": (1, "YEAR"),
    "biennially": (2, "YEAR"),
}.items():
    ENGLISH.add_one("ADVERB", _word, _step)

for _word in ("noon", "midday"):
    ENGLISH.add_one("NOON", _word)
ENGLISH.add_one("MIDNIGHT", "midnight")

VAGUE = {
    "some time few several couple sometime sometimes someday soon later occasionally often rarely": "vague",
    "around about approximately roughly approx maybe probably perhaps ish": "vague",
    "or either": "or",
    "holiday holidays vacation vacations bank": "holidays",
    "unless if when whenever": "condition",
    "lunch lunchtime breakfast dinner dawn dusk sunrise sunset": "vague",
    "reboot": "condition",
}
for _words, _why in VAGUE.items():
    for _word in _words.split():
        if _word != "time":
            ENGLISH.add_one("VAGUE", _word, _why)
for _phrase in (
    "every now and then",
    "now and then",
    "from time to time",
    "once in a while",
    "business hours",
    "office hours",
):
    ENGLISH.add_one("VAGUE", _phrase, "vague")
for _phrase in ("yesterday", "ago", "last week", "last month", "last year", "last night"):
    ENGLISH.add_one("VAGUE", _phrase, "past")
for _phrase in ("ist",):
    ENGLISH.add_one("VAGUE", _phrase, "zone")
for _phrase in ("public holidays", "bank holidays", "public holiday", "bank holiday", "days off"):
    ENGLISH.add_one("VAGUE", _phrase, "holidays")

for _phrase, _month_day in {
    "christmas|christmas day|xmas|xmas day": (12, 25),
    "christmas eve|xmas eve": (12, 24),
    "boxing day": (12, 26),
    "new year's day|new years day|new year": (1, 1),
    "new year's eve|new years eve|new year eve": (12, 31),
    "valentine's day|valentines day": (2, 14),
    "halloween": (10, 31),
}.items():
    for _word in _phrase.split("|"):
        ENGLISH.add_one("DATE", _word, CalendarDate(*_month_day))

ENGLISH.never_a_typo(
    "net our pat tim tie ski sip his ear yea wee eek non lat wed "
    "soon moon mouth mouths weak weakly dairy everyone everything someday doomsday payday birthday money "
    "sundae sturdy very fridges start stat tome four hours"
)
