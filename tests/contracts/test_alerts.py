"""Alert rules as people make them in Slack: listed, added, edited, muted, tested, and explained."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk import WebClient

from bot.gateways.slack import SlackGateway
from bot.workers.notifier import Notifier
from tests.unit.workers.test_incidents import add_failing
from tests.world import NINE, TOM

if TYPE_CHECKING:
    from playground.slack.server import RunningWorkspace
    from tests.world import World

HERE = "What is scheduled or started in Slack and reports here"
AIRFLOW = "What Airflow starts by itself in this project"


def tell(world: World, slack: RunningWorkspace) -> None:
    """What waits in the outbox, through the real gateway."""
    gateway = SlackGateway(WebClient(token=slack.bot_token, base_url=slack.api_url))
    Notifier(world.database, world.clock, gateway, {world.airflow.deployment: world.airflow}).step()


def test_a_manager_makes_a_rule_with_a_digest_and_quiet_hours_and_sends_a_test(
    world: World, slack: RunningWorkspace
):
    maya = slack.driver.as_person("Maya Chen")
    maya.type("#finance", "/schedule alerts")
    listed = maya.see("#finance", "What #finance hears")
    assert HERE in listed.text
    assert AIRFLOW in listed.text
    assert listed.text.count("The default, as in every place") == 2

    maya.press("Add a rule…", in_=listed)
    form = maya.open_modal("Alert rule")
    assert "All jobs of Finance" in form.offers("About")
    assert "Hear of (optional)" not in form.text
    form.choose("About", "All jobs of Finance")
    form.choose("How", "Only a digest, once a day")
    form.fill("Digest or report at", "07:30")
    form.fill("Quiet from", "20:00")
    form.submit()
    assert form.error("Quiet to") == "Say when quiet hours begin and when they end; not at the same time."
    form.fill("Quiet to", "08:00")
    form.submit()

    saved = maya.open_modal("Alerts")
    assert "A digest every day at 07:30 (Europe/Berlin)." in saved.text
    assert "quiet hours do not hold it back: it comes at its own time." in saved.text
    saved.close()
    maya.type("#finance", "/schedule alerts")
    listed = maya.see("#finance", "All jobs of Finance")
    maya.press("Send a test", in_=listed)
    maya.see("#finance", "A test alert is on its way to #finance.")
    tell(world, slack)
    maya.see("#finance", "Test: an alert of Runbell would arrive here, like this. Nothing has failed.")


def test_a_standing_rule_is_edited_muted_and_given_back_in_its_menu(slack: RunningWorkspace):
    maya, tom = slack.driver.as_person("Maya Chen"), slack.driver.as_person("Tom Okafor")
    maya.type("#finance", "/schedule alerts")
    listed = maya.see("#finance", HERE)
    maya.choose("More actions", "Edit…", in_=listed, beside=HERE)
    form = maya.open_modal("Alert rule")
    form.choose("How", "After some failures in a row")
    form.fill("Failures in a row", "101")
    form.submit()
    assert "100" in form.error("Failures in a row")
    form.fill("Failures in a row", "3")
    form.submit()
    saved = maya.open_modal("Alerts")
    assert "Told after 3 failures in a row." in saved.text
    saved.close()

    maya.type("#finance", "/schedule alerts")
    listed = maya.see("#finance", "Told after 3 failures in a row.")
    maya.choose("More actions", "Mute for 2 hours", in_=listed, beside=HERE)
    muted = maya.see("#finance", "Muted by @Maya Chen until")
    maya.choose("More actions", "Back to the default", in_=muted, beside=HERE)
    back = maya.see("#finance", f"{HERE}: is as in every place again.")
    assert f"The default, as in every place\n{AIRFLOW}" in back.text
    assert "Told after 3" not in back.text
    maya.press("Undo", in_=back)
    again = maya.see("#finance", "The rule is there again.")
    assert "Told after 3 failures in a row." in again.text
    assert "Undo" not in again.buttons
    maya.choose("More actions", "Back to the default", in_=again, beside=HERE)
    maya.see("#finance", f"The default, as in every place\n{AIRFLOW}")

    tom.type("#finance", "/schedule alerts")
    looked = tom.see("#finance", HERE)
    assert "@Maya Chen can change these rules." in looked.text
    assert "Add a rule" not in looked.text


def test_a_person_changes_what_they_hear_and_an_alert_says_why_it_came(world: World, slack: RunningWorkspace):
    tom, maya = slack.driver.as_person("Tom Okafor"), slack.driver.as_person("Maya Chen")
    tom.type("Runbell", "/schedule alerts")
    tom.see("Runbell", "My own schedules, wherever they report")
    add_failing(world)
    world.schedule("every day at 9am", TOM, dag_id="sync")
    world.clock.advance(NINE - world.clock.now())
    for _ in range(10):
        world.dispatcher.step()
        world.watcher.step()
        tell(world, slack)
        world.clock.advance(timedelta(seconds=2))

    alert = maya.see("#finance", "Sync")
    maya.choose("More actions", "Why do I get this?", in_=alert)
    why = maya.see("#finance", "hears of this by the rule")
    assert HERE in why.text
    maya.press("Change this rule…", in_=why)
    assert maya.open_modal("Alert rule").value("How") == "The first failure, then the recovery"
