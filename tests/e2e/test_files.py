"""A file is picked in a browser, and a real Airflow's job reads it at its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.test_runbell import MINUTES, TOM, acting_as, newest, type_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.airflow, pytest.mark.postgresql]
CONTENT = b"order,amount\n4711,12.50\n4712,8.00\n"


def test_a_file_that_is_picked_in_the_form_is_read_by_the_job(browser: Browser, demo: Demo):
    with acting_as(browser, demo, TOM) as page:
        type_in(page, "#finance", "/schedule run count lines")
        form = page.get_by_role("dialog", name="Schedule a job")
        field = form.get_by_label("Orders file", exact=True)
        expect(field).to_have_accessible_description(
            "Takes a file ending in .csv, of up to 10 MB, for one run."
        )
        form.get_by_role("button", name="Preview").click()
        expect(form).to_contain_text("Please complete this required field.")

        field.set_input_files({"name": "orders.csv", "mimeType": "text/csv", "buffer": CONTENT})
        expect(form.get_by_text("orders.csv")).to_be_visible()
        form.get_by_role("button", name="Preview").click()
        preview = page.get_by_role("dialog", name="Is this right?")
        expect(preview).to_contain_text("Orders file: orders.csv")
        preview.get_by_role("button", name="Run now").click()

        expect(page.get_by_role("dialog", name="On its way")).to_be_visible()
        page.get_by_role("button", name="Close").last.click()
        expect(newest(page, "3 lines, the last one: 4712,8.00")).to_be_visible(timeout=4 * MINUTES)
        expect(newest(page, "Count lines is done")).to_contain_text("orders.csv")
        assert "sig=" not in demo.bot.log.read_text()
