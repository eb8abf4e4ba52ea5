"""The whole language of times, in one place.

Words become kinds (`words/english.py`), kinds become phrases, phrases become clauses; a When is made
of the clauses (`building/whole.py`). Rows are tried from top to bottom and the first that fits takes its
words. Every word of a text must belong to a clause, or the text is refused.
"""

from __future__ import annotations

from bot.language.when.clauses import bounds as within
from bot.language.when.clauses import clocks as at
from bot.language.when.clauses import days as on
from bot.language.when.clauses import every
from bot.language.when.pattern import Table
from bot.language.when.phrases import clocks as times
from bot.language.when.phrases import dates, days, spans

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
        ("[AT | IN] [THE] (ZONE | CITY) TIME", times.zone),
        ("IN [THE] (ZONE | CITY)", times.zone),
        ("TIME (ZONE | CITY)", times.zone),
        ("ZONE", times.zone),
        ("[IN] LOCAL TIME", times.own_zone),
        # twice a day; 3 times; 10x
        ("(ONCE | TWICE | NUMBER TIMES | COUNT [TIMES]) (A | PER | EVERY) unit", spans.often),
        ("(ONCE | TWICE) ADVERB", spans.often),
        ("NUMBER TIMES", spans.count),
        # quarter past every hour; 15 minutes past the hour; on the hour
        ("[AT] (NUMBER [MINUTE] | HALF | [A] QUARTER) PAST [EVERY | THE] HOUR", times.minutes_past_hour),
        ("[AT] (NUMBER MINUTE | [A] QUARTER) TO [EVERY | THE] HOUR", times.minutes_past_hour),
        ("[AT] NUMBER MINUTES_PAST [EVERY | THE] HOUR", times.minutes_past_hour),
        ("[AT] ON_THE_HOUR", times.on_the_hour),
        ("[AT] ON_THE_HALF_HOUR", times.on_the_half_hour),
        ("HALF NUMBER", times.unclear_half),
        # half past 3 in the afternoon; quarter to 5; 9 o'clock; 8 in the evening; noon; 0715; 1900 hours
        ("(NUMBER [MINUTE] | HALF | [A] QUARTER) PAST (NUMBER | CLOCK) [OCLOCK] [suffix]", times.past_or_to),
        ("NUMBER MINUTES_PAST (NUMBER | CLOCK) [OCLOCK] [suffix]", times.past_or_to),
        ("(NUMBER MINUTE | [A] QUARTER) TO (NUMBER | CLOCK) [OCLOCK] [suffix]", times.past_or_to),
        ("(NUMBER [MINUTE] | HALF | [A] QUARTER) PAST", times.minutes_past_hour),
        ("CLOCK AGAIN", times.again),
        ("[CLOCK | NUMBER] NOON", times.noon),
        ("[CLOCK | NUMBER] MIDNIGHT", times.midnight),
        ("(CLOCK | NUMBER) suffix", times.clock_of_number),
        ("NUMBER OCLOCK [suffix]", times.clock_of_number),
        ("(IN | EVERY | FOR) HCLOCK", spans.hours_and_minutes),
        ("CLOCK [OCLOCK | HOUR]", times.plain_clock),
        ("HCLOCK", times.plain_clock),
        ("HHMM [HOUR]", times.plain_clock),
        ("[AT | BY] EOD", times.end_of_day),
        ("AT NUMBER SHORT_H", times.clock_of_number),
        # a week today; two weeks from Friday; Monday week
        ("length (TODAY | TOMORROW)", dates.weeks_from_day),
        ("A (WEEK | FORTNIGHT) FROM TOMORROW", dates.weeks_from_day),
        ("A (WEEK | FORTNIGHT) (FROM | ON) WEEKDAY", dates.weeks_from_day),
        ("WEEKDAY (WEEK | FORTNIGHT)", dates.weeks_from_day),
        # 2 hours and 30 minutes; an hour and a half; half an hour; 1h30m
        ("HALF [A | TO] (HOUR | MINUTE | SHORT_H) | A HALF (HOUR | MINUTE)", spans.span),
        ("[A] QUARTER [OF] [A] HOUR", spans.span),
        ("NUMBER AND A HALF unit", spans.span),
        ("(length | HOUR) AND A HALF", spans.span),
        ("length ([sep] length)*", spans.span),
        # next Friday; Friday next week; Monday, 15 June 2026; June 15; tomorrow; the 1st of next month
        ("[ON] WEEKDAY [OF] near WEEK", dates.named_day),
        ("near WEEK [COMMA] [ON] WEEKDAY", dates.named_day),
        ("near WEEKDAY", dates.named_day),
        ("COMING WEEKDAY", dates.coming_day),
        ("[THE] ORDINAL OF MONTHNAME sep MONTHNAME (sep MONTHNAME)*", dates.day_of_months),
        ("day (TO | COMMA) MONTHNAME (TO | COMMA) YEARNUMBER", dates.calendar_date),
        ("MONTHNAME TO day TO YEARNUMBER", dates.calendar_date),
        ("[weekday] day [OF] MONTHNAME [[COMMA] YEARNUMBER]", dates.calendar_date),
        ("[weekday] MONTHNAME [THE] day [[COMMA] YEARNUMBER]", dates.calendar_date),
        ("[weekday] DATE", dates.calendar_date),
        ("[THE] ORDINAL OF near MONTH", dates.day_of_near_month),
        ("near MONTH ON THE ORDINAL", dates.day_of_near_month),
        ("WEEKDAY THE ORDINAL", dates.weekday_the_nth),
        ("[THE] AFTER_TOMORROW", dates.near_day),
        ("TODAY | TOMORROW", dates.near_day),
        ("TONIGHT | THIS part", dates.this_part),
        # the end of next month; next week; June 2027
        ("[THE] (START | END) OF [THE | THIS | NEXT] reach", dates.edge),
        ("[THE] (START | END) OF (MONTHNAME [YEARNUMBER] | YEARNUMBER)", dates.edge),
        ("[THE] REST OF [THE | THIS] (reach | DAY | MONTHNAME)", dates.rest),
        ("near reach", dates.period),
        ("MONTHNAME YEARNUMBER", dates.period),
        # Mon, Wed and Fri; Monday to Thursday; weekdays; the first and the third; 1st, 15th; second to last
        ("days (sep [ON] [EVERY] days | days)*", days.day_set),
        ("place (sep [ON] [EVERY] place)*", days.places),
    ),
)

CLAUSE_NAMES = {
    "sep": "COMMA AND | COMMA | AND",
    "part": "MORNING | AFTERNOON | EVENING | NIGHT",
    "calendar": "DAY | WEEK | MONTH | QUARTER | YEAR",
    "unit": "SECONDS | MINUTE | HOUR | calendar | FORTNIGHT",
    "time": "TIMEOFDAY | NUMBER | YEARNUMBER | DECIMAL",
    "exact": "TIMEOFDAY | DECIMAL",
    "day": "DATE | PERIOD | DAYS | MONTHNAME",
    "which": "EVERY | THE | A",
    "excluded": "DATE [(TO | THROUGH) DATE] | ORDS [DAYS | DAY] [(OF | IN) which MONTH] | DAYS | MONTHNAME",
}
CLAUSES = Table(
    CLAUSE_NAMES,
    (
        ("INZONE", every.in_zone),
        ("POLITE", every.polite),
        # except Fridays; but not Dec 25; except Dec 24 to Jan 2; except the first Monday of the month
        (
            "(BUT EXCEPT | EXCEPT | BUT) [ON | IN | FOR] [THE] excluded (sep [ON | IN] [THE] excluded)*",
            within.excepting,
        ),
        # from Oct 1 to Oct 20; between June 1 and June 5
        ("(FROM | START) DATE (TO | UNTIL | THROUGH) DATE", within.from_date_to_date),
        ("BETWEEN DATE AND DATE", within.from_date_to_date),
        # between 9 and 5; from 10pm to 6am; 9-17
        ("(FROM | START | DURING) [AT] time (TO | UNTIL | THROUGH) time", at.between),
        ("BETWEEN time (AND | TO) time", at.between),
        ("time (TO | THROUGH | UNTIL) time", at.between),
        ("FROM DAYS", on.from_days),
        # starting next month; from June 1; starting in 2 hours; starting at 9am
        ("(START | FROM) IN SPAN", within.starting_in),
        ("COUNTED_FROM [ON] DATE [[COMMA] [AT] TIMEOFDAY]", every.counted_from),
        ("(START | FROM) [ON] [THE] (day | ORDS) [AT TIMEOFDAY]", within.starting),
        ("START IN (MONTHNAME | PERIOD)", within.starting),
        ("AFTER [THE] day", within.starting_after),
        ("(START | FROM) [AT] TIMEOFDAY", within.starting_clock),
        ("(START | FROM) NOW", within.starting_now),
        # until Dec 31; through Friday; before June 1; until 5pm
        ("UNTIL [ON] [THE] (day | ORDS) [[AT] TIMEOFDAY]", within.until),
        ("UNTIL [AT] TIMEOFDAY [ON] [DATE]", within.until),
        ("THROUGH [THE] day", within.until),
        ("BEFORE [THE] day", within.before),
        # for 3 weeks; 10 times; for the next 5 days; for the next 3 Mondays
        ("[FOR | DURING] RESTOF", within.rest_of),
        ("END_AFTER [THE] (COUNT | NUMBER TIMES) [TIMES]", within.counted),
        ("COUNT [TIMES] END_AFTER", within.counted),
        ("END_AFTER [THE] SPAN", within.lasting),
        ("END_AFTER [THE] day", within.until),
        ("FOR [UNTIL] [THE] [NEXT] SPAN", within.lasting),
        ("FOR [THE] PERIOD", within.lasting_period),
        ("FOR [THE] NEXT (HOUR | DAY)", within.lasting_one),
        ("[FOR] [THE] NEXT NUMBER DAYS", within.next_few_days),
        ("(TWICE | COUNT) [TIMES] [ON] [THE] [EVERY] DAYS", every.often_on_days),
        ("[FOR | UNTIL] [THE] [NEXT] COUNT [TIMES]", within.counted),
        ("FOR TWICE", within.counted),
        ("TWICE", every.unclear_twice),
        # every hour at :15 and :45
        ("[AT] (MARK | MARK_OF_HOUR) (sep [AT] (MARK | MARK_OF_HOUR))*", at.past_the_hour),
        # every other Tuesday; every 3rd day; every 2 weeks; every hour; daily; three times a week
        ("EVERY ORDS DAY (OF | IN) which calendar", on.places_of_every),
        ("[FOR] EVERY OTHER DAYS", every.every_other_days),
        ("[ONCE] EVERY (OTHER | ORDS) (calendar | HOUR | MINUTE)", every.every_other),
        ("EVERY OTHER (MONTHNAME | DATE)", every.unclear_other),
        ("OTHER DAYS", every.every_other_days),
        ("EVERY NUMBER DAYS", every.every_few_days),
        ("ONCE EVERY DAYS", on.on_days),
        ("EVERY (MONTH | QUARTER | YEAR) [TO | AT THE] END", on.edge_of_every),
        ("EVERY (MONTH | QUARTER | YEAR) AT THE START", on.edge_of_every),
        ("[ONCE] EVERY SPAN", every.every_span),
        ("[FOR] EVERY unit", every.every_unit),
        ("ADVERB", every.adverb),
        ("OFTEN", every.often),
        # every morning; tomorrow evening; in the afternoon
        ("EVERY TIMEOFDAY", at.every_time),
        ("EVERY part", at.every_part),
        ("[IN THE] part", at.part_of_day),
        # the end of every month; the first Monday and the 15th of each month; day 15
        ("[AT | ON] [THE] (START | END) OF (EVERY | A) (MONTH | QUARTER | YEAR)", on.edge_of_every),
        ("[ON] [EVERY] ORDS [DAY | DAYS] (sep [ON] ORDS [DAY | DAYS])*", on.on_places),
        ("[ON] [THE] [EVERY] DAY NUMBER (sep NUMBER)*", on.on_numbers),
        ("(OF | IN) which (calendar)", every.of_every),
        ("OF (MONTH | QUARTER | YEAR)", every.of_every),
        ("(OF | IN) EVERY (OTHER | ORDS) MONTH", every.every_other),
        ("(OF | IN) EVERY SPAN", every.every_span),
        # every July 1; on Dec 24 and Dec 31; in June; in June 2027; next week
        ("EVERY DATE (sep [ON] [EVERY] DATE)*", on.every_date),
        ("[ON | AT] DATE (sep [ON] DATE)*", on.on_dates),
        ("[OF | IN | DURING | EVERY] [EVERY] MONTHNAME (sep [IN] MONTHNAME)*", on.in_months),
        ("[OF | IN | DURING] PERIOD", on.within),
        ("(OF | IN | DURING) YEARNUMBER", on.within_year),
        # on Mondays; every weekday
        ("[ON | DURING] [THE] [EVERY] DAYS", on.on_days),
        ("FOR [THE] [EVERY] DAYS", on.on_days),
        ("FOR DATE (sep [FOR] DATE)*", on.on_dates),
        ("ON A DAYS", on.on_some_day),
        # in 2 hours; 3 days from now
        ("IN SPAN", on.in_span),
        ("SPAN FROM_NOW", on.in_span),
        ("SPAN FROM (DATE | DAYS)", on.weeks_from),
        ("FROM_NOW [ON]", within.starting_today),
        # at 9am and 5pm; at 9; mon 9
        ("AT NUMBER TO NUMBER", at.at_minutes_to),
        ("AT [THE] time ([sep] [AT] exact | sep [AT] time)*", at.at_times),
        ("exact ([sep] [AT] exact | sep [AT] NUMBER)*", at.at_times),
        (
            "NUMBER (sep NUMBER)* sep exact (sep [AT] (exact | NUMBER))*",
            at.at_times,
        ),
        ("NUMBER (sep NUMBER)*", at.loose_hour),
        ("[ON | BY | AT] [THE] CRON", every.cron_line),
        ("ALSO", every.also),
        ("AND", every.joined),
        ("ONCE", every.only_once),
        ("COMMA", every.comma),
        ("TO", every.dash),
    ),
)
