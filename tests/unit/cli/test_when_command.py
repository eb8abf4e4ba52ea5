"""The terminal's door to the language of times."""

from __future__ import annotations

import json

from click.testing import CliRunner

from bot.cli.when import when_command

NOW = "2026-04-14T09:30:00+02:00"


def _run(*arguments: str, text: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(when_command, list(arguments), input=text)
    return result.exit_code, result.output


def test_a_phrase_is_explained_with_its_next_moments() -> None:
    code, shown = _run("every other tuesday at 3pm", "--tz", "Europe/Berlin", "--now", NOW, "--count", "2")
    assert code == 0
    assert shown.splitlines()[:3] == [
        "every other Tuesday at 15:00, counted from Tue 14 Apr 2026 (Berlin time)",
        "  Tue 14 Apr 2026, 15:00 (Berlin time)",
        "  Tue 28 Apr 2026, 15:00 (Berlin time)",
    ]


def test_a_refusal_says_why_and_what_would_work() -> None:
    code, shown = _run("every day at 25:00", "--now", NOW)
    assert code == 1
    assert "not a time of day" in shown
    assert "This would work:" in shown


def test_an_unknown_zone_is_named() -> None:
    code, shown = _run("tomorrow", "--tz", "Mars/Olympus")
    assert code == 2
    assert "Mars/Olympus" in shown


def test_without_a_phrase_it_shows_how_to_ask() -> None:
    assert _run()[0] == 2


def test_each_line_of_json_gets_one_answer() -> None:
    questions = [
        {"text": "every day at 9am", "now": NOW, "tz": "Europe/Berlin"},
        {"text": "hello", "now": NOW, "tz": "Europe/Berlin"},
        {"text": "tomorrow", "now": NOW, "tz": "Nowhere/None"},
        {"text": "tomorrow"},
    ]
    lines = "\n".join(json.dumps(each) for each in questions) + "\nno json\n"
    code, shown = _run("--jsonl", text=lines)
    answers = [json.loads(line) for line in shown.splitlines()]
    assert code == 0
    assert answers[0]["kind"] == "recurring"
    assert answers[0]["next"][0] == "2026-04-15T09:00:00+02:00"
    assert answers[0]["finite"] is False
    assert answers[0]["say"] == "every day at 09:00 (Berlin time)"
    assert [bool(answer.get("error")) for answer in answers] == [False, True, True, True, True]


def test_a_line_that_is_no_question_is_answered_so_and_the_next_is_read() -> None:
    good = json.dumps({"text": "tomorrow", "now": NOW, "tz": "Europe/Berlin"}).encode()
    lines = [b"[" * 100_000, b"\xff", b'{"text": null, "now": "x", "tz": "UTC"}', good]
    result = CliRunner().invoke(when_command, ["--jsonl"], input=b"\n".join(lines))
    *wrong, answer = map(json.loads, result.output.splitlines())
    assert ["not a question" in each["error"] for each in wrong] == [True] * 3
    assert answer["kind"] == "once"
