"""A project's jobs: what is shared with it, and with whom in it; the form of one share; suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    CheckboxesElement,
    ExternalDataSelectElement,
    InputBlock,
    PlainTextObject,
    RadioButtonsElement,
    UserMultiSelectElement,
)

from bot.blocks.admin.frame import ROWS, form, go, mention, page, paging, row, shown_of
from bot.blocks.admin.people import groups_field
from bot.blocks.admin.project import BY_FILE
from bot.blocks.ids import VALUE, Admin, AdminPage, View
from bot.blocks.parts import MOST_OPTIONS, actions, bold, button, context, cut, escape, option, section
from bot.domain.form_field import FormField
from bot.domain.rights import Action
from bot.language.marks import strong

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slack_sdk.models.blocks import Block, ButtonElement

    from bot.blocks.admin.frame import Where
    from bot.domain.project_setup import KeptProject, Shared
    from bot.domain.suggestion import Suggestion

LOOK, RUN, RUN_AND_SCHEDULE, SCHEDULE = "look", "run", "run and schedule", "schedule"
_LEVELS = {
    LOOK: (frozenset({Action.SEE}), "The job, its runs and their results"),
    RUN: (frozenset({Action.SEE, Action.RUN}), "Also retry, and stop runs they started"),
    RUN_AND_SCHEDULE: (
        frozenset({Action.SEE, Action.RUN, Action.SCHEDULE}),
        "Also pause, skip and resume its schedules",
    ),
    SCHEDULE: (frozenset({Action.SEE, Action.SCHEDULE}), "As it is now: without running it by hand"),
}
"""How much a share gives people, the managers' actions aside."""
_ALSO = {
    Action.STOP: ("Managers also stop", "Anybody's run"),
    Action.PAUSE: ("Managers also pause", "The job in Airflow, for everyone"),
}
CHANGE, UNSHARE, SETTINGS, INPUTS = "change", "unshare", "settings", "inputs"
EVERYONE, SOME = "everyone", "some"


def jobs(
    where: Where,
    kept: KeptProject,
    titles: Mapping[str, str],
    *,
    is_admin: bool,
    notice: str = "",
) -> dict[str, Any]:
    """Return the page of a project's jobs. `titles` are by DAG id."""
    found = sorted(kept.setup.shares.items(), key=lambda each: (not each[0].is_tag, each[0].name))
    changeable = kept.is_changeable
    blocks: list[Block | None] = [
        section("*Jobs*"),
        context(BY_FILE if kept.is_managed else "The project sees only what is shared here."),
        None if found else section("_Nothing is shared yet._"),
        *(
            _share(shared, has, kept, titles, changeable=changeable)
            for shared, has in found[where.at : where.at + ROWS]
        ),
        context(shown_of(where, len(found), "Shares")),
        paging(where, len(found)),
        actions(*_buttons(is_admin=is_admin)) if changeable else None,
        _one_job() if found and changeable else None,
    ]
    return page(kept.name, where, blocks, notice=notice)


def share(
    where: Where,
    *,
    shared: Shared | None = None,
    title: str = "",
    has: Iterable[Action] = (Action.SEE, Action.RUN, Action.SCHEDULE),
    handles: Mapping[str, str],
) -> dict[str, Any]:
    """Return the form of a share. `shared` None means a new one; else `title` is what people read of it.

    `handles` are those of user groups, by id.
    """
    only = () if shared is None or shared.only is None else shared.only
    groups = [(each.slack_id, handles.get(each.slack_id, each.slack_id)) for each in only if each.is_group]
    people = [each.slack_id for each in only if not each.is_group]
    blocks: list[Block | None] = [
        _what() if shared is None else section(bold(title)),
        *_actions(has),
        _with(some=shared is not None and shared.only is not None),
        InputBlock(
            block_id=FormField.ONLY,
            label=PlainTextObject(text="These people"),
            optional=True,
            element=UserMultiSelectElement(action_id=VALUE, initial_users=people or None),
        ),
        groups_field(groups),
        context(
            "A job that is shared with named people is invisible to everyone else, and reports by "
            "direct message."
        ),
    ]
    name = "Share a job" if shared is None else "Change a share"
    return form(name, where, View.ADMIN_SHARE, blocks, submit="Share it" if shared is None else "Save")


def target_options(jobs: Sequence[tuple[str, str]], tags: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return groups of (reference, what people read), for the type-ahead of what to share."""
    groups = (("Jobs", jobs), ("All jobs with a tag", tags))
    return [
        {
            "label": {"type": "plain_text", "text": label},
            "options": [option(words, reference).to_dict() for reference, words in found[:MOST_OPTIONS]],
        }
        for label, found in groups
        if found
    ]


def suggestions(
    where: Where, kept: KeptProject, found: Sequence[Suggestion], *, notice: str = ""
) -> dict[str, Any]:
    """Return the page of what Airflow suggests to share. Nothing is shared until somebody presses."""
    blocks: list[Block | None] = [
        section("*Suggestions from Airflow*"),
        context("Nothing is shared until you share it; then it is for everyone in the project."),
        None if found else section("_No other job or tag in Airflow sounds like this project._"),
        *(_suggestion(each) for each in found[where.at : where.at + ROWS]),
        paging(where, len(found)),
    ]
    return page(kept.name, where, blocks, notice=notice)


def say_target(shared: Shared, titles: Mapping[str, str]) -> str:
    """Return what is shared, in plain words."""
    if shared.is_tag:
        return f"All jobs tagged “{shared.name}”"
    return titles.get(shared.name, shared.name)


def say_actions(has: Iterable[Action]) -> str:
    """Return the actions in words, such as "run and schedule; managers also stop"."""
    also = " and ".join(each for each in _ALSO if each in set(has))
    return f"{_level(has)}; managers also {also}" if also else _level(has)


def actions_of(level: str, also: Iterable[str]) -> frozenset[Action]:
    """Return the actions that the form's fields name. What they cannot name gives nothing."""
    granted, _does = _LEVELS.get(level, (frozenset[Action](), ""))
    return granted | {each for each in _ALSO if each in set(also)}


def _level(has: Iterable[Action]) -> str:
    given = (set(has) - set(_ALSO)) | {Action.SEE}
    return next(words for words, (granted, _does) in _LEVELS.items() if granted == given)


def _share(
    shared: Shared,
    has: frozenset[Action],
    kept: KeptProject,
    titles: Mapping[str, str],
    *,
    changeable: bool,
) -> Block:
    if shared.only is None:
        to = "everyone in the project"
    else:
        to = "only " + (", ".join(map(mention, shared.only[:10])) or "nobody")
        to += f" and {len(shared.only) - 10} more" if len(shared.only) > 10 else ""  # noqa: PLR2004
    gone = "" if shared.is_tag or shared.name in titles else " (Airflow no longer has it)"
    name = cut(escape(say_target(shared, titles)), 300)
    called = kept.setup.jobs.get(shared.name)
    alias = f", called “{escape(called.title)}” here" if called and called.title else ""
    menu = {CHANGE: "Change…", UNSHARE: "Take away…"} if changeable else {}
    if changeable and not shared.is_tag and shared.name in titles:
        menu = {
            CHANGE: "Change…",
            SETTINGS: "Title, presets and more…",
            INPUTS: "Inputs: asked, fixed or hidden",
            UNSHARE: "Take away…",
        }
    text = f"{strong(name)}{alias}{gone}\n{say_actions(has)} · {to}"
    return row(shared.reference, text, menu, action=Admin.SHARED)


def _buttons(*, is_admin: bool) -> Iterable[ButtonElement]:
    yield button(Admin.SHARE, "Share a job…", "share", style="primary")
    if is_admin:
        yield go(AdminPage.SUGGESTIONS, "Suggestions from Airflow")


def _one_job() -> Block:
    return ActionsBlock(
        block_id=FormField.ONE_JOB,
        elements=[
            ExternalDataSelectElement(
                action_id=action_id, placeholder=PlainTextObject(text=words), min_query_length=0
            )
            for action_id, words in (
                (Admin.JOB, "Title and presets of a job…"),
                (Admin.JOB_INPUTS, "Inputs of a job…"),
            )
        ],
    )


def _what() -> InputBlock:
    return InputBlock(
        block_id=FormField.WHAT,
        label=PlainTextObject(text="Job or tag"),
        hint=PlainTextObject(text="A tag shares every job that has it in Airflow, new ones too."),
        element=ExternalDataSelectElement(
            action_id=Admin.TARGETS,
            placeholder=PlainTextObject(text="Type a few letters"),
            min_query_length=0,
        ),
    )


def _actions(has: Iterable[Action]) -> tuple[InputBlock, InputBlock]:
    """Return the choice of how much people may do, and below it what managers may do besides."""
    level = _level(has)
    levels = {
        words: option(words.capitalize(), words, description=does)
        for words, (_granted, does) in _LEVELS.items()
        if words != SCHEDULE or level == SCHEDULE
    }
    also = {each: option(words, each, description=does) for each, (words, does) in _ALSO.items()}
    return (
        InputBlock(
            block_id=FormField.ACTIONS,
            label=PlainTextObject(text="What people may do, as far as their role allows"),
            element=RadioButtonsElement(
                action_id=VALUE, options=list(levels.values()), initial_option=levels[level]
            ),
        ),
        InputBlock(
            block_id=FormField.ALSO,
            label=PlainTextObject(text="More"),
            optional=True,
            element=CheckboxesElement(
                action_id=VALUE,
                options=list(also.values()),
                initial_options=[also[each] for each in also if each in set(has)] or None,
            ),
        ),
    )


def _with(*, some: bool) -> InputBlock:
    options = [option("Everyone in the project", EVERYONE), option("Only those named below", SOME)]
    return InputBlock(
        block_id=FormField.SHARED_WITH,
        label=PlainTextObject(text="Shared with"),
        element=RadioButtonsElement(
            action_id=VALUE, options=options, initial_option=options[1 if some else 0]
        ),
    )


def _suggestion(found: Suggestion) -> Block:
    names = ", ".join(escape(each) for each in found.titles[:5])
    more = f" and {len(found.titles) - 5} more" if len(found.titles) > 5 else ""  # noqa: PLR2004
    share_it = button(Admin.SUGGESTED, "Share", found.reference, label=f"Share what {found.because} suggests")
    return section(f"{bold(found.because)}\n{names}{more}", accessory=share_it)
