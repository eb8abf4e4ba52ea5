"""The demo for tests: the same pieces, its clock between them, around an Airflow that is running already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.airflow_clock import AirflowUnderAClock
from playground.demo import CLOCK, open_workspace
from playground.demo.bot_process import bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import ALEX
from playground.moved_clock import MovedClock
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playground.airflow import RunningAirflow
    from playground.leash import Leashed
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace


@dataclass(slots=True)
class Demo:
    folder: Path
    slack: RunningWorkspace
    airflow: RunningAirflow
    translator: AirflowUnderAClock
    environment: Mapping[str, str]
    bot: Leashed

    def person(self, name: str) -> Person:
        return self.slack.driver.as_person(name)

    def database(self) -> Database:
        return Database(self.environment["RUNBELL_DATABASE_URL"])

    def restart_bot(self, *, kill: bool = False) -> None:
        """`kill`: as a crash would."""
        if kill:
            self.bot.kill()
        else:
            self.bot.stop()
        self.bot = start_bot(self.folder, self.environment, self.folder / CLOCK)
        wait_until_ready(self.bot, self.environment)

    def stop(self) -> None:
        self.bot.stop()
        self.slack.stop()
        self.translator.stop()


def start_demo(folder: Path, airflow: RunningAirflow) -> Demo:
    folder.mkdir(parents=True, exist_ok=True)
    clock = MovedClock(folder / CLOCK)
    translator = AirflowUnderAClock(airflow.url, clock)
    slack = open_workspace(folder, 0, clock)
    database_url = f"sqlite:///{folder / 'runbell.db'}"
    environment = bot_environment(database_url, slack, airflow, admins=ALEX.id, airflow_url=translator.url)
    seed(environment)
    bot = start_bot(folder, environment, folder / CLOCK)
    wait_until_ready(bot, environment)
    return Demo(folder, slack, airflow, translator, environment, bot)
