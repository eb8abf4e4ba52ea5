"""A sales report with a region, a country that goes with it, and stores; its choices by a projects file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.projects.from_file import Administration
from tests.fakes.sample_jobs import REGION, ROWS
from tests.params import an_input
from tests.world import TEAM

if TYPE_CHECKING:
    from bot.domain.job import Input
    from tests.world import World

COUNTRY = an_input(None, name="country", type=["string", "null"], title="Country")
STORES = an_input([], name="stores", type="array", items={"type": "integer"}, title="Stores")
FINANCE = """\
projects:
  Finance:
    time_zone: Europe/Berlin
    channels: ["#finance"]
    managers: ["@maya"]
    runners: [U0TOM]
    viewers: [U0LENA]
    tells_changes: false
    shares:
      - tag: finance
        actions: [see, run, schedule, stop, pause]
"""
COUNTRIES = """\
    jobs:
      sales_report:
        choices:
          country:
            depends_on: region
            list:
              emea: {DE: Germany, FR: France}
              us: [NY, CA]
          stores:
            list: {1: Mitte, 2: Ost, 17: "West, upstairs"}
"""


def with_inputs(world: World, *inputs: Input) -> None:
    """Give the sales report these inputs in Airflow."""
    world.airflow.change("sales_report", inputs=inputs or (REGION, ROWS, COUNTRY, STORES))
    world.catalogue.step()


def apply(world: World, jobs: str = COUNTRIES) -> Administration:
    """Apply a projects file with these settings of Finance's jobs."""
    found = Administration(world.database, world.clock, workspace_id=TEAM, deployment="default")
    text = FINANCE + jobs
    channels = found.refresh(world.slack, world.airflow, text)
    found.apply(found.plan(text, channels))
    return found
