"""How the time to hide secrets grows with the text: eight times the text, made to be hard for one rule each.

A linear rule takes eight times as long, a quadratic one 64 times. `tests/unit/domain/test_secrets.py` holds
what makes rules linear: no repetition without a bound that something follows.

Run it: PYTHONPATH=. .venv/bin/python tests/bench/bench_secrets.py
"""

from __future__ import annotations

from time import process_time

from bot.domain.secrets import hide_secrets

ADVERSARIES = (
    "authorization:{}'",
    "password{}x",
    "token={}",
    "eyJ-{}",
    "https://{}@",
    "://{}:",
    "curl {}-u",
    "mysql {}",
    "--{}",
    "<{}",
    "{}\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----{}",
)
FILLERS = (" ", "a", "-", "eyJ-", "://", "password", "A\n")
SHORT, LONG = 20_000, 160_000
"""Characters."""


def seconds(text: str) -> float:
    """Return the least CPU time of three tries."""
    times = []
    for _ in range(3):
        began = process_time()
        hide_secrets(text)
        times.append(process_time() - began)
    return min(times)


def main() -> None:
    print(f"{'around':36}{'ms, short':>12}{'ms, long':>12}{'long to short':>16}   of the worst filler")
    for around in ADVERSARIES:
        found = []
        for filler in FILLERS:
            short, long = (
                seconds(around.format(filler * (letters // len(filler)))) for letters in (SHORT, LONG)
            )
            found.append((long / short, short, long, filler))
        ratio, short, long, filler = max(found)
        print(f"{around!r:36}{short * 1000:12.2f}{long * 1000:12.2f}{ratio:16.1f}   {filler!r}")


if __name__ == "__main__":
    main()
