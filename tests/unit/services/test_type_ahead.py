"""The form offers what can be started from here, and nothing that Airflow would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.domain.rights import Action
from bot.rules.access import Asker
from storage.tables import jobs
from tests.world import FINANCE, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("why", ["forbids_manual_runs", "is_read_only"])
def test_a_job_that_nobody_may_start_from_here_is_not_offered(world: World, why: str):
    asker = Asker(TOM, FINANCE)
    with world.database.transaction() as tx:
        tx.connection.execute(update(jobs).where(jobs.c.dag_id == "sales_report").values({why: True}))

    offered = world.catalog.search(asker, "", Action.RUN, only_startable=True)
    listed = world.catalog.jobs(asker, "")

    assert "sales_report" not in {each.job.key.dag_id for each in offered}
    assert offered
    assert "sales_report" in {each.key.dag_id for each in listed.jobs}
