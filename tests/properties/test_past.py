"""Whatever is typed of the past is a span that has begun, or a refusal with what would work."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.domain.errors import NotUnderstood
from bot.domain.job import Job, JobKey
from bot.language.command import ListRuns, read_command
from bot.language.past import looks_like_past, read_past
from tests.properties.how_many import examples

_WORDS = """
since after last past the this in on at yesterday today tomorrow monday sunday friday morning evening
night weekend week month hours days minutes ago 3 12 9am 17:30 noon midnight 29 feb 1 may 2026 2026-05-01
0001-01-01 9999-12-31 next
"""
WORDS = _WORDS.split()
texts = some.lists(some.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
moments = some.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001  the strategy gives the zone
    datetime(2030, 1, 1),  # noqa: DTZ001  the strategy gives the zone
    timezones=some.just(UTC),
)
ZONES = ["Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns"]
zones = some.sampled_from(ZONES).map(ZoneInfo)
SALES = Job(JobKey("d", "sales"), "Sales")


@settings(max_examples=examples(400))
@given(texts, moments, zones)
def test_a_span_has_begun_and_ends_after_it_began(text: str, now: datetime, tz: ZoneInfo):
    try:
        span = read_past(text, now=now, tz=tz)
    except NotUnderstood as refusal:
        assert looks_like_past(refusal.example.removeprefix("runs "))  # noqa: PT017  either is an answer
        return
    assert span.begins <= now
    assert span.ends is None or span.begins < span.ends


@settings(max_examples=examples(200))
@given(texts)
def test_what_looks_like_the_past_behind_runs_is_handed_on_whole(text: str):
    try:
        request = read_command(f"runs {text}", [SALES])
    except NotUnderstood:
        return
    assert request == ListRuns(past=text) or not looks_like_past(text)
