"""The facts of what people are told, as the outbox keeps them."""

from __future__ import annotations

from bot.domain import alert_sum, announcement, condition_told, project_paused, refused
from bot.domain.alert_rule import How
from bot.domain.altered import Altered
from bot.domain.firing import Remedy
from bot.domain.job import Trouble
from bot.domain.rights import Role
from bot.domain.run import RunState
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Policies
from storage.codec import WHENS
from storage.tagged import Tagged

ANNOUNCEMENTS = Tagged(
    {
        **WHENS,
        "Remedy": Remedy,
        "Trouble": Trouble,
        "Role": Role,
        "OfSchedule": announcement.OfSchedule,
        "AccessAsked": announcement.AccessAsked,
        "AccessSettled": announcement.AccessSettled,
        "AccessAllowed": announcement.AccessAllowed,
        "AccessDeclined": announcement.AccessDeclined,
        "StandsIn": announcement.StandsIn,
        "IsBack": announcement.IsBack,
        "ChannelMapped": announcement.ChannelMapped,
        "OwnersLostRight": announcement.OwnersLostRight,
        "CannotBePlanned": announcement.CannotBePlanned,
        "Redirected": announcement.Redirected,
        "TakenOver": announcement.TakenOver,
        "Touch": announcement.Touch,
        "ScheduleTouched": announcement.ScheduleTouched,
        "Altered": Altered,
        "Policies": Policies,
        "MissedPolicy": MissedPolicy,
        "OverlapPolicy": OverlapPolicy,
        "JobChanged": announcement.JobChanged,
        "DidNotRun": announcement.DidNotRun,
        "FailedAgain": announcement.FailedAgain,
        "Flaps": announcement.Flaps,
        "Reminder": announcement.Reminder,
        "Withdrawn": announcement.Withdrawn,
        "ProjectPaused": project_paused.ProjectPaused,
        "KeptBack": project_paused.KeptBack,
        "ProjectGoesOn": project_paused.ProjectGoesOn,
        "NotRetried": announcement.NotRetried,
        "RunState": RunState,
        "RunsLong": condition_told.RunsLong,
        "NotBegun": condition_told.NotBegun,
        "NeverCame": condition_told.NeverCame,
        "StoppedAfterFailures": announcement.StoppedAfterFailures,
        "Away": condition_told.Away,
        "SlackRefused": refused.SlackRefused,
        "SampleAlert": announcement.SampleAlert,
        "AlertSum": alert_sum.AlertSum,
        "AlertHow": How,
        "JobSum": alert_sum.JobSum,
        "Coming": alert_sum.Coming,
        "PagerRefused": refused.PagerRefused,
    }
)
