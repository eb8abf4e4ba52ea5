"""The whole language of times, in one place.

Words become kinds (`english.py`), kinds become phrases, phrases become clauses; a When is made of the clauses
(`build.py`). Rows are tried from top to bottom and the first that fits takes its words. Every word of a text must
belong to a clause, or the text is refused.
"""

from __future__ import annotations

from bot.language.when import phrases as p
from bot.language.when import sentences as s
from bot.language.when.pattern import Table

PHRASE_NAMES = {
    "sep": "COMMA AND | COMMA | AND",
    "part": "MORNING | AFTERNOON | EVENING | NIGHT",
    "suffix": "AM | PM | IN THE (MORNING | AFTERNOON | EVENING) | AT NIGHT",
    "unit": (
        "SECONDS | MINUTE | HOUR | DAY | WEEK | FORTNIGHT | MONTH | QUARTER | YEAR"
        " | SHORT_S | SHORT_M | SHORT_H | SHORT_D | SHORT_W"
    ),
    "length": "(NUMBER | DECIMAL | A) unit",
    "day": "NUMBER | ORDINAL",
    "near": "NEXT | THIS",
    "weekday": "WEEKDAY [COMMA] [THE]",
    "days": "(WEEKDAY | WEEKDAYS | DAYGROUP | DAYGROUPS) [(TO | THROUGH) (WEEKDAY | WEEKDAYS)]",
    "place": "[THE] (ORDINAL (TO | THROUGH) [THE] ORDINAL | ORDINAL [[TO [THE]] LAST] | LAST | PENULTIMATE)",
    "reach": "WEEK | MONTH | QUARTER | YEAR",
}
PHRASES = Table(
    PHRASE_NAMES,
    (
        # London time; in Tokyo; UTC+2; my time
        ("[AT | IN] [THE] (ZONE | CITY) TIME", p.zone),
        ("IN [THE] (ZONE | CITY)", p.zone),
        ("ZONE", p.zone),
        ("[IN] LOCAL TIME", p.own_zone),
        # twice a day; 3 times; 10x
        ("(ONCE | TWICE | NUMBER TIMES | COUNT [TIMES]) (A | PER | EVERY) unit", p.often),
        ("(ONCE | TWICE) ADVERB", p.often),
        ("NUMBER TIMES", p.count),
        # quarter past every hour; 15 minutes past the hour; on the hour
        ("[AT] (NUMBER [MINUTE] | HALF | [A] QUARTER) PAST [EVERY | THE] HOUR", p.minutes_past_hour),
        ("[AT] (NUMBER MINUTE | [A] QUARTER) TO [EVERY | THE] HOUR", p.minutes_past_hour),
        ("[AT] NUMBER MINUTES_PAST [EVERY | THE] HOUR", p.minutes_past_hour),
        ("[AT] ON_THE_HOUR", p.on_the_hour),
        # half past 3 in the afternoon; quarter to 5; 9 o'clock; 8 in the evening; noon; 0715; 1900 hours
        ("(NUMBER [MINUTE] | HALF | [A] QUARTER) PAST (NUMBER | CLOCK) [OCLOCK] [suffix]", p.past_or_to),
        ("NUMBER MINUTES_PAST (NUMBER | CLOCK) [OCLOCK] [suffix]", p.past_or_to),
        ("(NUMBER MINUTE | [A] QUARTER) TO (NUMBER | CLOCK) [OCLOCK] [suffix]", p.past_or_to),
        ("(NUMBER [MINUTE] | HALF | [A] QUARTER) PAST", p.minutes_past_hour),
        ("CLOCK AGAIN", p.again),
        ("[CLOCK | NUMBER] NOON", p.noon),
        ("[CLOCK | NUMBER] MIDNIGHT", p.midnight),
        ("(CLOCK | NUMBER) suffix", p.clock_of_number),
        ("NUMBER OCLOCK [suffix]", p.clock_of_number),
        ("CLOCK [OCLOCK | HOUR]", p.plain_clock),
        ("HHMM [HOUR]", p.plain_clock),
        ("[AT | BY] EOD", p.end_of_day),
        ("AT NUMBER SHORT_H", p.clock_of_number),
        # 2 hours and 30 minutes; an hour and a half; half an hour; 1h30m
        ("HALF [A] (HOUR | MINUTE | SHORT_H) | A HALF (HOUR | MINUTE)", p.span),
        ("[A] QUARTER [OF] [A] HOUR", p.span),
        ("NUMBER AND A HALF unit", p.span),
        ("(length | HOUR) AND A HALF", p.span),
        ("length ([sep] length)*", p.span),
        # next Friday; Friday next week; Monday, 15 June 2026; June 15; tomorrow; the 1st of next month
        ("[ON] WEEKDAY [OF] near WEEK", p.named_day),
        ("near WEEK [COMMA] [ON] WEEKDAY", p.named_day),
        ("near WEEKDAY", p.named_day),
        ("day (TO | COMMA) MONTHNAME (TO | COMMA) YEAR", p.calendar_date),
        ("MONTHNAME TO day TO YEAR", p.calendar_date),
        ("[weekday] day [OF] MONTHNAME [[COMMA] YEAR]", p.calendar_date),
        ("[weekday] MONTHNAME [THE] day [[COMMA] YEAR]", p.calendar_date),
        ("[weekday] DATE", p.calendar_date),
        ("[THE] ORDINAL OF near MONTH", p.day_of_near_month),
        ("near MONTH ON THE ORDINAL", p.day_of_near_month),
        ("WEEKDAY THE ORDINAL", p.weekday_the_nth),
        ("[THE] AFTER_TOMORROW", p.near_day),
        ("TODAY | TOMORROW", p.near_day),
        ("TONIGHT | THIS part", p.this_part),
        # the end of next month; next week; June 2027
        ("[THE] (START | END) OF [THE | THIS | NEXT] reach", p.edge),
        ("[THE] (START | END) OF (MONTHNAME [YEAR] | YEAR)", p.edge),
        ("near reach", p.period),
        ("MONTHNAME YEAR", p.period),
        # Mon, Wed and Fri; Monday to Thursday; weekdays; the first and the third; 1st, 15th; second to last
        ("days (sep [ON] [EVERY] days | days)*", p.day_set),
        ("place (sep [ON] [EVERY] place)*", p.places),
    ),
)

CLAUSE_NAMES = {
    "sep": "COMMA AND | COMMA | AND",
    "part": "MORNING | AFTERNOON | EVENING | NIGHT",
    "calendar": "DAY | WEEK | MONTH | QUARTER | YEAR",
    "unit": "SECONDS | MINUTE | HOUR | calendar | FORTNIGHT",
    "time": "TIMEOFDAY | NUMBER | YEAR | DECIMAL",
    "day": "DATE | PERIOD | DAYS | MONTHNAME",
    "which": "EVERY | THE | A",
    "excluded": "DATE [(TO | THROUGH) DATE] | ORDS [DAYS | DAY] [(OF | IN) which MONTH] | DAYS | MONTHNAME",
}
CLAUSES = Table(
    CLAUSE_NAMES,
    (
        ("INZONE", s.in_zone),
        ("POLITE", s.polite),
        ("ONCE", s.only_once),
        # except Fridays; but not Dec 25; except Dec 24 to Jan 2; except the first Monday of the month
        ("(BUT EXCEPT | EXCEPT | BUT) [ON | IN | FOR] [THE] excluded (sep [ON | IN] [THE] excluded)*", s.excepting),
        # from Oct 1 to Oct 20; between June 1 and June 5
        ("(FROM | START) DATE (TO | UNTIL | THROUGH) DATE", s.from_date_to_date),
        ("BETWEEN DATE AND DATE", s.from_date_to_date),
        # between 9 and 5; from 10pm to 6am; 9-17
        ("(FROM | START | DURING) [AT] time (TO | UNTIL | THROUGH) time", s.between),
        ("BETWEEN time (AND | TO) time", s.between),
        ("time (TO | THROUGH | UNTIL) time", s.between),
        ("FROM DAYS", s.from_days),
        # starting next month; from June 1; starting in 2 hours; starting at 9am
        ("(START | FROM) IN SPAN", s.starting_in),
        ("COUNTED_FROM [ON] DATE [[COMMA] [AT] TIMEOFDAY]", s.counted_from),
        ("(START | FROM) [ON] [THE] (day | ORDS) [AT TIMEOFDAY]", s.starting),
        ("START IN (MONTHNAME | PERIOD)", s.starting),
        ("AFTER [THE] day", s.starting_after),
        ("(START | FROM) [AT] TIMEOFDAY", s.starting_clock),
        ("(START | FROM) NOW", s.starting_now),
        # until Dec 31; through Friday; before June 1; until 5pm
        ("UNTIL [ON] [THE] day [[AT] TIMEOFDAY]", s.until),
        ("UNTIL [AT] TIMEOFDAY [ON] [DATE]", s.until),
        ("THROUGH [THE] day", s.until),
        ("BEFORE [THE] day", s.before),
        # for 3 weeks; 10 times; for the next 5 days; for the next 3 Mondays
        ("FOR [UNTIL] [THE] [NEXT] SPAN", s.lasting),
        ("FOR [THE] PERIOD", s.lasting_period),
        ("[FOR] [THE] NEXT NUMBER DAYS", s.next_few_days),
        ("[FOR | UNTIL] [THE] [NEXT] COUNT [TIMES]", s.counted),
        ("FOR TWICE | TWICE", s.counted),
        # every hour at :15 and :45
        ("[AT] (MARK | MARK_OF_HOUR) (sep [AT] (MARK | MARK_OF_HOUR))*", s.past_the_hour),
        # every other Tuesday; every 3rd day; every 2 weeks; every hour; daily; three times a week
        ("EVERY OTHER DAYS", s.every_other_days),
        ("EVERY (OTHER | ORDS) (calendar | HOUR | MINUTE)", s.every_other),
        ("EVERY OTHER (MONTHNAME | DATE)", s.unclear_other),
        ("OTHER DAYS", s.every_other_days),
        ("EVERY NUMBER DAYS", s.every_few_days),
        ("EVERY SPAN", s.every_span),
        ("EVERY unit", s.every_unit),
        ("ADVERB", s.adverb),
        ("OFTEN", s.often),
        # every morning; tomorrow evening; in the afternoon
        ("EVERY TIMEOFDAY", s.every_time),
        ("EVERY part", s.every_part),
        ("[IN THE] part", s.part_of_day),
        # the end of every month; the first Monday and the 15th of each month; day 15
        ("[AT | ON] [THE] (START | END) OF (EVERY | A) (MONTH | QUARTER | YEAR)", s.edge_of_every),
        ("[ON] [EVERY] ORDS [DAY | DAYS] (sep [ON] ORDS [DAY | DAYS])*", s.on_places),
        ("[ON] [THE] [EVERY] DAY NUMBER (sep NUMBER)*", s.on_numbers),
        ("(OF | IN) which (calendar)", s.of_every),
        ("(OF | IN) EVERY (OTHER | ORDS) MONTH", s.every_other),
        ("(OF | IN) EVERY SPAN", s.every_span),
        # every July 1; on Dec 24 and Dec 31; in June; in June 2027; next week
        ("EVERY DATE (sep [ON] [EVERY] DATE)*", s.every_date),
        ("[ON | AT] DATE (sep [ON] DATE)*", s.on_dates),
        ("[OF | IN | DURING | EVERY] [EVERY] MONTHNAME (sep [IN] MONTHNAME)*", s.in_months),
        ("[OF | IN | DURING] PERIOD", s.within),
        # on Mondays; every weekday
        ("[ON | DURING] [THE] [EVERY] DAYS", s.on_days),
        # in 2 hours; 3 days from now
        ("IN SPAN", s.in_span),
        ("SPAN FROM_NOW", s.in_span),
        # at 9am and 5pm; at 9; mon 9
        ("AT [THE] time (sep [AT] time)*", s.at_times),
        ("TIMEOFDAY (sep [AT] (TIMEOFDAY | NUMBER))*", s.at_times),
        ("NUMBER sep TIMEOFDAY (sep [AT] TIMEOFDAY)*", s.at_times),
        ("NUMBER (sep NUMBER)*", s.loose_hour),
        ("[ON | BY | AT] [THE] CRON", s.cron_line),
        ("ALSO", s.also),
        ("AND", s.joined),
        ("COMMA", s.comma),
    ),
)
