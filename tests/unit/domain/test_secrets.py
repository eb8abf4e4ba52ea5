"""Secrets are hidden; what only sounds like one is left to be read."""

from __future__ import annotations

import pytest

from bot.domain.secrets import hide_secrets


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("login with password=correct-horse", "login with password=***"),
        ("DB_PASSWORD=hunter2 DB_USER=olga", "DB_PASSWORD=*** DB_USER=olga"),
        ("{'user': 'olga', 'passwd': 'a b c'}", "{'user': 'olga', 'passwd': '***'}"),
        ('{"api_key": "k\\"ey", "rows": 10}', '{"api_key": "***", "rows": 10}'),
        ("client_secret: abc, region: emea", "client_secret: ***, region: emea"),
        ("access_token=abc&region=emea", "access_token=***&region=emea"),
        ("psql --db-password hunter2 --port 5432", "psql --db-password *** --port 5432"),
        ("postgresql://loader:hunter2@db.example.com/sales", "postgresql://loader:***@db.example.com/sales"),
        ("https://a:p@ss@example.com/", "https://a:***@example.com/"),
        ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
        ("Authorization: Bearer 0123456789abcdef", "Authorization: Bearer ***"),
        ("{'Authorization': 'Basic b2xnYTpwdw=='}", "{'Authorization': 'Basic ***'}"),
        ("sent Bearer abcdef123456 to it", "sent Bearer *** to it"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "got ***"),
        ("posting with xoxb-1234567890-abcdef", "posting with ***"),
        ("key AKIAIOSFODNN7EXAMPLE was refused", "key *** was refused"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nend",
            "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nend",
        ),
        ('password="cut off here', 'password="***'),
        (f"{'MIIE' * 16}\n-----END RSA PRIVATE KEY-----", "***\n-----END RSA PRIVATE KEY-----"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE cut off", "-----BEGIN PRIVATE KEY-----***"),
    ],
)
def test_secrets_are_hidden(line, shown):
    assert hide_secrets(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "ValueError: invalid literal for int() with base 10: '0l'",
        "Read 240 orders of 2026-05-01 from https://shop.example.com/api/orders",
        "the password was refused",
        "a basic check of all rows",
        "mail olga@example.com at 09:00",
        "keyboard: qwerty",
    ],
)
def test_ordinary_lines_stay_as_they_are(line):
    assert hide_secrets(line) == line


def test_a_long_line_of_one_word_is_read_in_no_time():
    """Were the patterns to look back over it again and again, this would take minutes."""
    line = "password" * 20_000

    assert hide_secrets(line) == line
