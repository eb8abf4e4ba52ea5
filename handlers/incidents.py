"""Messages about incidents: Retry, Show log, Claim, the menu beside them, and the buttons of a storm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import run as blocks
from bot.blocks.alert_rule import why
from bot.blocks.ids import Button, More
from bot.blocks.incident import all_done, will_remind
from bot.blocks.project_pause import retry_all_in_a_pause
from bot.domain.errors import NotFound
from bot.rules.access import NO_SUCH_THING

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App

    from bot.services.incidents import Incidents
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Register the buttons of incidents and of storms."""
    app.action(Button.INCIDENT_RETRY)(answering.press(retry))
    app.action(Button.INCIDENT_LOG)(answering.press(show_log))
    app.action(Button.INCIDENT_STOP)(answering.press(stop))
    app.action(Button.CLAIM)(answering.press(claim))
    app.action(Button.RELEASE)(answering.press(release))
    app.action(Button.INCIDENT_MORE)(answering.press(more))
    app.action(Button.CLAIM_ALL)(answering.press(claim_all))
    app.action(Button.RETRY_ALL)(answering.press(retry_all))
    app.action(Button.RETRY_ALL_IN_PAUSE)(answering.press(retry_all_in_pause))
    app.action(Button.STORM_WHY)(answering.press(storm_why))


def retry(talk: Talk, press: Press) -> None:
    """Retry the incident's last run. All its messages say who did, and lose the button."""
    talk.services.incidents.retry(talk.asker, press.value)


def stop(talk: Talk, press: Press) -> None:
    """Stop the run that a Retry has begun again."""
    talk.services.incidents.stop(talk.asker, press.value)


def claim(talk: Talk, press: Press) -> None:
    """Claim the incident. All its messages say so."""
    talk.services.incidents.claim(talk.asker, press.value)


def release(talk: Talk, press: Press) -> None:
    """Take the claim back. All messages of the incident say so."""
    talk.services.incidents.release(talk.asker, press.value)


def show_log(talk: Talk, press: Press) -> None:
    """Show the log of the last failure, to this person only."""
    talk.say(blocks.private_log(talk.services.incidents.log(talk.asker, press.value)))


def more(talk: Talk, press: Press) -> None:
    """Do what was chosen, which stands before the incident's id."""
    chosen, _, incident_id = press.value.partition(".")
    if chosen == More.REMIND:
        talk.say(will_remind(talk.services.incidents.remind(talk.asker, incident_id)))
    elif chosen == More.WHY:
        talk.say(why(talk.services.explaining.why(talk.asker, incident_id), talk.services.clock.now()))
    elif chosen in _CHOSEN:
        _CHOSEN[More(chosen)](talk.services.incidents, talk, incident_id)
    else:
        raise NotFound(NO_SUCH_THING)


def claim_all(talk: Talk, press: Press) -> None:
    """Claim what fails in a storm, and say for how many that was allowed."""
    done = talk.services.incidents.claim_all(talk.asker, press.value)
    talk.say(all_done("Claimed", done.done, done.refused))


def retry_all(talk: Talk, press: Press) -> None:
    """Retry what fails in a storm, and say for how many that was allowed; in a pause ask first."""
    paused = talk.services.incidents.paused_in(talk.asker, press.value)
    if paused:
        talk.say(retry_all_in_a_pause(press.value, paused))
        return
    done = talk.services.incidents.retry_all(talk.asker, press.value)
    talk.say(all_done("Retrying", done.done, done.refused))


def retry_all_in_pause(talk: Talk, press: Press) -> None:
    """Retry what fails in a storm, also in paused projects, and say so in the question's place."""
    done = talk.services.incidents.retry_all(talk.asker, press.value, in_pause=True)
    talk.replace(all_done("Retrying", done.done, done.refused))


def storm_why(talk: Talk, press: Press) -> None:
    """Say by which rules the storm is told, to this person only."""
    talk.say(why(talk.services.explaining.why_storm(talk.asker, press.value), talk.services.clock.now()))


_CHOSEN: dict[More, Callable[[Incidents, Talk, str], None]] = {
    More.MUTE: lambda incidents, talk, which: incidents.mute_for_a_while(talk.asker, which),
    More.MUTE_UNTIL_TOMORROW: lambda incidents, talk, which: incidents.mute_until_tomorrow(talk.asker, which),
    More.MUTE_UNTIL_FIXED: lambda incidents, talk, which: incidents.mute_until_fixed(talk.asker, which),
    More.UNMUTE: lambda incidents, talk, which: incidents.unmute(talk.asker, which),
    More.RELEASE: lambda incidents, talk, which: incidents.release(talk.asker, which),
}
