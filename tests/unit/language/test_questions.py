"""Sentences as people write them to a colleague, and what each asks for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.domain.errors import NotUnderstood, UserError
from bot.domain.job import JobKey
from bot.domain.run import RunState
from bot.language.command import (
    Chat,
    Help,
    ListJobs,
    ListRuns,
    ListSchedules,
    OnRuns,
    OnSchedule,
    Plan,
    Request,
    ShowAlerts,
    SmallTalk,
    Verb,
    read_command,
)


@dataclass(frozen=True, slots=True)
class Titled:
    title: str
    key: JobKey


TITLES = ("Build warehouse", "Import orders", "Nightly cleanup", "Sales report")
JOBS = [Titled(each, JobKey("here", each.lower().replace(" ", "_"))) for each in TITLES]
WAREHOUSE, IMPORT, _, SALES = ((each,) for each in JOBS)
RUNS, MINE = ListRuns(), ListSchedules()
FAILED, RUNNING = RunState.FAILED, RunState.RUNNING


def on(verb: Verb, schedule: str = "", until: str = "") -> OnSchedule:
    return OnSchedule(verb, schedule, until)


SENTENCES: dict[str, Request] = {
    "when does it run next": on(Verb.SHOW),
    "when does sales report run next?": on(Verb.SHOW, "sales report"),
    "when is the sales report next?": on(Verb.SHOW, "sales report"),
    "What’s the next run of my sales report?": on(Verb.SHOW, "sales report"),
    "who owns #12": on(Verb.SHOW, "#12"),
    "who scheduled import orders?": on(Verb.SHOW, "import orders"),
    "what runs tomorrow": ListSchedules(everyones=True, day="tomorrow", text="all tomorrow"),
    "what did i schedule?": MINE,
    "show me my schedules": MINE,
    "is import orders running?": ListRuns(jobs=IMPORT),
    "is it done yet?": RUNS,
    "what's running right now?": ListRuns(state=RUNNING),
    "what's going on?": RUNS,
    "is anything failing?": ListRuns(state=FAILED),
    "can you tell me what failed yesterday?": ListRuns(state=FAILED, past="yesterday"),
    "when did import orders last run": ListRuns(jobs=IMPORT),
    "how long does import orders take?": ListRuns(jobs=IMPORT),
    "show me the runs of import orders": ListRuns(jobs=IMPORT),
    "run it again": ListRuns(is_mine=True),
    "what does build warehouse do?": ListJobs("build warehouse"),
    "tell me about the sales report": ListJobs("sales report"),
    "how do I schedule something?": Help(),
    "how can i skip the sales report": Help("skip"),
    "help me": Help(),
    "tell me when import orders fails": ShowAlerts("add"),
    "stop telling me about import orders": ShowAlerts(),
    "mute this for 2 hours": ShowAlerts(),
    "stop it": OnRuns(Verb.STOP, ()),
    "retry it please": OnRuns(Verb.RETRY, ()),
    "skip the next one": on(Verb.SKIP),
    "pause it until monday": on(Verb.PAUSE, until="monday"),
    "delete that one": on(Verb.DELETE),
    "pls pause the sales thing until monday": on(Verb.PAUSE, "sales", "monday"),
    "please delete my import orders schedule": on(Verb.DELETE, "import orders"),
    "pause all my schedules until tomorrow at 9": on(Verb.PAUSE, "all my schedules", "tomorrow at 9"),
    "run the sales job every monday at 9": Plan(SALES, "every monday at 9"),
    "the import thing every day at 5am": Plan(IMPORT, "every day at 5am"),
    "I need the sales report every monday morning at 8": Plan(SALES, "every monday morning at 8"),
    "send me the sales report every friday 4pm": Plan(SALES, "every friday 4pm"),
    "could you schedule the sales report every weekday at 9am?": Plan(SALES, "every weekday at 9am"),
    "can you move the sales report to 10am?": OnSchedule(Verb.EDIT, "sales report", when_text="10am"),
    "run sales report with region=what?": Plan(SALES, "", {"region": "what?"}, now=True),
    "could you run import orders now?": Plan(IMPORT, "", now=True),
}
TALK = {
    SmallTalk.HELLO: ["morning!", "are you there?", "who are you?"],
    SmallTalk.THANKS: [
        "great, thank you so much",
        "thanks again",
        "ok great",
        "hey, thanks a lot",
        ":+1:",
        "👍",
    ],
    SmallTalk.YES: ["yes, thanks!", "ok, do it", "yes do it", "yes please"],
    SmallTalk.NO: ["no thanks", "no, thank you", "forget it", "never mind, sorry", "cancel that"],
    SmallTalk.BYE: ["good night", "bye!"],
    SmallTalk.NO_HARM: ["sorry", "no worries"],
    SmallTalk.UNDO: ["undo", "undo that please"],
    SmallTalk.UNHAPPY: ["you suck", "this is broken", "I don’t understand"],
}
UNANSWERED = [
    "who can run payroll?",
    "what is maya running this week?",
    "why is nothing running?",
    "and now?",
]


@pytest.mark.parametrize("written", SENTENCES)
def test_a_sentence_is_read_as_it_is_meant(written: str):
    assert read_command(written, JOBS) == SENTENCES[written]


@pytest.mark.parametrize(("kind", "written"), [(kind, each) for kind, some in TALK.items() for each in some])
def test_what_asks_for_nothing_is_taken_so(kind: SmallTalk, written: str):
    assert read_command(written, JOBS) == Chat(kind)


@pytest.mark.parametrize("written", UNANSWERED)
def test_a_question_that_no_verb_answers_is_not_looked_for_among_the_jobs(written: str):
    with pytest.raises(NotUnderstood, match=r"I can't answer that\. Ask me what is scheduled"):
        read_command(written, JOBS)


@pytest.mark.parametrize(
    ("written", "example"),
    [
        ("don't run the sales report tomorrow", "skip sales report"),
        ("please don't run import orders now", "skip import orders"),
        ("skip tomorrow's sales report", "skip sales report"),
        ("skip sales report on friday", "skip sales report"),
        ("run sales report with region emea", "run sales report with region=emea"),
        ("run sales report for emea", "run sales report with name=value"),
        ("every day at 9", "build warehouse every day at 9"),
        ("Tomorrow at 9am, please", "build warehouse Tomorrow at 9am"),
        ("run on monday", "run build warehouse on monday"),
    ],
)
def test_what_would_be_a_guess_is_refused_with_what_would_work(written: str, example: str):
    with pytest.raises(UserError) as refused:
        read_command(written, JOBS)

    assert refused.value.example == example


def test_titles_keep_their_names_whatever_they_look_like():
    for title in ("Is it done", "Morning", "Mute all", "Sales thing", "What runs"):
        job = Titled(title, JobKey("here", "odd"))
        request = read_command(f"{title.lower()} every day at 5am", [job])
        assert request == Plan((job,), "every day at 5am"), title


@pytest.mark.parametrize("said", ["claim import orders", "Claim", "release the sales report"])
def test_what_is_pressed_at_a_failure_is_not_taken_for_a_job(said: str):
    with pytest.raises(
        NotUnderstood, match=r"Press \*Claim\* or \*Release\* at the failure’s message"
    ) as refused:
        read_command(said, JOBS)
    assert refused.value.example == "runs failed since yesterday"


def test_a_job_may_be_called_so():
    jobs = [Titled("Release notes", JobKey("here", "release_notes"))]

    asked = read_command("release notes every day at 9am", jobs)
    assert isinstance(asked, Plan)
