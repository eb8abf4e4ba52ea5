"""The facts of what people are told, as the outbox keeps them."""

from __future__ import annotations

from bot.domain import telling
from bot.domain.firing import Remedy
from bot.domain.job import Trouble
from bot.domain.rights import Role
from storage.codec import WHENS
from storage.tagged import Tagged

TELLINGS = Tagged(
    {
        **WHENS,
        "Remedy": Remedy,
        "Trouble": Trouble,
        "Role": Role,
        "OfSchedule": telling.OfSchedule,
        "AccessAsked": telling.AccessAsked,
        "AccessSettled": telling.AccessSettled,
        "AccessAllowed": telling.AccessAllowed,
        "AccessDeclined": telling.AccessDeclined,
        "StandsIn": telling.StandsIn,
        "IsBack": telling.IsBack,
        "ChannelMapped": telling.ChannelMapped,
        "OwnersLostRight": telling.OwnersLostRight,
        "CannotBePlanned": telling.CannotBePlanned,
        "Redirected": telling.Redirected,
        "TakenOver": telling.TakenOver,
        "Touch": telling.Touch,
        "ScheduleTouched": telling.ScheduleTouched,
        "JobChanged": telling.JobChanged,
        "DidNotRun": telling.DidNotRun,
        "FailedAgain": telling.FailedAgain,
        "Flaps": telling.Flaps,
        "Reminder": telling.Reminder,
        "Withdrawn": telling.Withdrawn,
        "NotRetried": telling.NotRetried,
        "SlackRefused": telling.SlackRefused,
    }
)
