"""Secrets are hidden; what only sounds like one is left to be read."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.domain.secrets import (
    _ADDRESSES_AND_HEADERS,
    _KEYS,
    _NAMED_VALUES,
    _OTHERS,
    hide_secrets,
    names_a_secret,
)
from bot.language.inputs import show_value
from tests.params import an_input


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


@pytest.mark.parametrize(
    "line",
    [
        "db_pwd=S3CRET",
        "passphrase: S3CRET",
        "private_key=S3CRET",
        "access_key=S3CRET",
        "dsn=S3CRET",
        "SENTRY_DSN=https://0123456789abcdefS3CRET@o1.ingest.sentry.io/1",
        "webhook=S3CRET",
        "FERNET_KEY=S3CRET",
        "DB_PASS=S3CRET",
        "AccountName=a;AccountKey=S3CRET;EndpointSuffix=core.windows.net",
        "Endpoint=sb://x;SharedAccessKey=S3CRET",
        "https://a.blob.core.windows.net/c/b?sv=2024&sig=S3CRET%3D&se=1",
        "https://b.s3.amazonaws.com/k?X-Amz-Signature=S3CRET",
        "https://storage.googleapis.com/b/o?X-Goog-Signature=S3CRET",
        "https://hooks.slack.com/services/T00/B00/S3CRET",
        "https://discord.com/api/webhooks/1/S3CRET",
        "github_pat_11ABCDEFG0S3CRETS3CRETS3CRET",
        "glpat-S3CRETS3CRETS3CRET",
        "AIzaSyS3CRETS3CRETS3CRETS3CRETS3CRETS3C",
        "ya29.S3CRETS3CRETS3CRET",
        "sk_live_S3CRETS3CRET",
        "rk_test_S3CRETS3CRET",
        "sk-proj-S3CRETS3CRETS3CRET",
        "npm_S3CRETS3CRETS3CRETS3CRETS3CRETS3CR",
        "pypi-AgEIcHlwaS3CRETS3CRET",
        "dapi0123456789abcdef0123456789abcdef",
        "Cookie: session=S3CRET; other=S3CRET",
        "ALTER USER a IDENTIFIED BY 'S3CRET'",
        "curl -s -u olga:S3CRET https://example.com",
        "mysqldump -h db -u olga -pS3CRET shop",
        "<password>S3CRET</password>",
        '{"body": "{\\"password\\": \\"S3CRET\\"}"}',
    ],
)
def test_the_common_ones_are_hidden(line):
    hidden = hide_secrets(line)

    assert "S3CRET" not in hidden
    assert "dapi0123" not in hidden
    assert "***" in hidden


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("db_password", True),
        ("dbPwd", True),
        ("db_pwd", True),
        ("passphrase", True),
        ("api-key", True),
        ("apiKey", True),
        ("access_key", True),
        ("private_key", True),
        ("SENTRY_DSN", True),
        ("slack_webhook", True),
        ("Database password", True),
        ("connection_string", True),
        ("region", False),
        ("compass", False),
        ("keyboard", False),
        ("passengers", False),
        ("primary_key", False),
        ("author", False),
    ],
)
def test_a_name_says_that_it_is_a_secret(name, is_secret):
    assert names_a_secret(name) is is_secret


@pytest.mark.parametrize(
    ("default", "schema", "is_secret"),
    [
        (None, {"type": "string", "format": "password"}, True),
        (None, {"type": "string", "writeOnly": True}, True),
        (None, {"type": "string", "title": "The database's password"}, True),
        ({"host": "a", "auth": {"password": "x"}}, {"type": "object"}, True),
        (None, {"type": ["object", "null"], "properties": {"api_key": {"type": "string"}}}, True),
        ([{"token": "x"}], {"type": "array", "items": {"type": "object"}}, True),
        (None, {"type": ["string", "null"]}, False),
        ({"host": "a"}, {"type": "object"}, False),
    ],
)
def test_an_input_is_a_secret_by_its_format_its_title_or_what_is_in_it(default, schema, is_secret):
    assert an_input(default, name="pin", **schema).is_secret is is_secret


def test_a_question_about_a_password_is_none():
    assert not an_input(default=True, name="use_password", type="boolean").is_secret


def test_what_is_shown_of_any_input_hides_what_looks_like_a_secret():
    address = an_input(None, name="conn", type=["string", "null"])
    config = an_input({}, name="config", type="object")

    assert show_value(address, "postgresql://u:pw@host/db") == "postgresql://u:***@host/db"
    assert show_value(config, {"password": "hunter2", "rows": 1}) == '{"password": "***", "rows": 1}'


def test_no_rule_repeats_without_a_bound_but_at_its_end():
    """So that the time is in proportion to the text: what fails is not tried again from each letter."""
    rules = (*_ADDRESSES_AND_HEADERS, *_NAMED_VALUES, *_OTHERS)
    for pattern in (_KEYS, *(each for each, _ in rules)):
        assert unbounded_before_the_end(pattern) == [], pattern.pattern


def unbounded_before_the_end(pattern: re.Pattern[str]) -> list[object]:
    """The repetitions without a bound that something follows, possessive ones left out."""
    parsed = list(re._parser.parse(pattern.pattern, pattern.flags))  # type: ignore[attr-defined]
    found: list[object] = []
    _collect(parsed, found, is_last=True)
    return found


def _collect(parts: list[tuple[object, Any]], found: list[object], *, is_last: bool) -> None:
    for place, (kind, what) in enumerate(parts):
        ends = is_last and place == len(parts) - 1
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT"}:
            _, most, inner = what
            if most >= 1000 and not ends:
                found.append(what)
            _collect(list(inner), found, is_last=ends)
        elif name == "SUBPATTERN":
            _collect(list(what[3]), found, is_last=ends)
        elif name == "BRANCH":
            for inner in what[1]:
                _collect(list(inner), found, is_last=ends)
