"""The project's own corpus of phrases, judged by its own scorer, where they lie beside the repository."""

from __future__ import annotations

import importlib.util
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.when import is_finite, is_once, upcoming
from bot.language.when import read

if TYPE_CHECKING:
    from types import ModuleType

CORPUS = Path(__file__).parents[4] / "shared" / "time"
pytestmark = pytest.mark.skipif(
    not (CORPUS / "dev.jsonl").exists(), reason="the corpus dev.jsonl does not lie beside this repository"
)


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cases() -> list[dict[str, Any]]:
    path = CORPUS / "dev.jsonl"
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_the_scorer_agrees(case: dict[str, Any], scorer: ModuleType) -> None:
    now, tz = datetime.fromisoformat(case["now"]), ZoneInfo(case["tz"])
    try:
        when = read(case["text"], now=now, tz=tz).when
    except NotUnderstood as refusal:
        verdict = scorer.judge(case, None, (["ValueError"], refusal.message))
    else:
        moments = [moment.isoformat() for moment in upcoming(when, now, 5)]
        kind = "once" if is_once(when) else "recurring"
        verdict = scorer.judge(case, {"kind": kind, "next": moments, "finite": is_finite(when)}, None)
    assert verdict == "OK", case["text"]
