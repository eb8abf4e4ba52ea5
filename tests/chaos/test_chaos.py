"""The storm in short: `make chaos SEED=7` is the long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.storm import storm

if TYPE_CHECKING:
    from pathlib import Path

    from playground.airflow import RunningAirflow


@pytest.mark.airflow
@pytest.mark.postgresql
def test_nothing_is_lost_and_nothing_twice(servers_folder: Path, running_airflow: RunningAirflow):
    folder = servers_folder / "chaos"
    folder.mkdir()

    figures = storm(folder, running_airflow, seed_=1, firings_=150, kills=10)

    assert figures.wrong == [], str(figures)
    assert figures.due >= 100
    assert figures.runs > figures.due / 2
