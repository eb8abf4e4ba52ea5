"""What a project does with each input of a job: asks people for it, fixes its value, or hides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import ExternalDataMultiSelectElement, ExternalDataSelectElement, InputBlock

from bot.blocks.admin.frame import ROWS, form, page, paging, row, shown_of
from bot.blocks.admin.project import BY_FILE
from bot.blocks.filled import Filled
from bot.blocks.form_inputs import fields
from bot.blocks.ids import Admin, View, mark_of
from bot.blocks.parts import bold, context, cut, escape, section
from bot.domain.job import InputKind
from bot.language.inputs import show_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.models.blocks import Block

    from bot.blocks.admin.frame import Where
    from bot.domain.job import Input, Job, JobSettings
    from bot.domain.project_setup import KeptProject

ASK, FIX, HIDE, FORGET = "ask", "fix", "hide", "forget"
MEANS = (
    "*Asked*: people fill it in, or leave it to the job. *Fixed*: every run gets this value. "
    "*Hidden*: nobody sees it, and it keeps the job’s own default."
)
LONGEST_VALUE = 200
BY_TYPING = (ExternalDataSelectElement, ExternalDataMultiSelectElement)


def inputs(
    where: Where, kept: KeptProject, job: Job, settings: JobSettings, *, notice: str = ""
) -> dict[str, Any]:
    """Return the page of a job's inputs. `job` is as Airflow has it, with the project's choices."""
    gone = sorted(settings.withheld - {each.name for each in job.inputs})
    rows = [
        *(_row(each, settings, changeable=kept.is_changeable) for each in job.inputs),
        *(_gone(name, changeable=kept.is_changeable) for name in gone),
    ]
    blocks: list[Block | None] = [
        section(f"{bold(settings.title or job.title)}: its inputs"),
        context(BY_FILE if kept.is_managed else MEANS),
        None if rows else section("_It takes no inputs, or Airflow has not told them yet._"),
        *rows[where.at : where.at + ROWS],
        context(shown_of(where, len(rows), "Inputs")),
        paging(where, len(rows)),
    ]
    return page(kept.name, where, blocks, notice=notice)


def fix_form(where: Where, job: Job, reference: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form of the value at which an input is fixed: the field that people fill in elsewhere.

    `job` has this input alone, `reference` is its reference; `values` has the value to begin with, if any.
    """
    blocks: list[Block | None] = [
        section(
            f"Every run of {bold(job.title)} in this project gets this value. Nobody is asked for it. To "
            "leave it to the job, hide it instead."
        ),
        *fields(job, Filled(reference, values=values), job.inputs),
    ]
    for block in blocks:
        if isinstance(block, InputBlock) and isinstance(block.element, BY_TYPING):
            block.element.action_id = Admin.INPUT_CHOICE
    return form("Fix an input", where, View.ADMIN_INPUT, blocks)


def said(each: Input, settings: JobSettings) -> str:
    """Return what the project does with the input, in a sentence."""
    own = "" if each.default is None else _shown(each, each.default)
    if each.name in settings.fixed:
        return f"Fixed at {_shown(each, settings.fixed[each.name]) or 'nothing'}"
    if each.name in settings.hidden:
        return f"Hidden: it stays {own}" if own else "Hidden"
    if each.must_be_given:
        return "Asked: it must be given"
    return f"Asked; left alone, it is {own}" if own else "Asked; may be left empty"


def may_be_fixed(each: Input) -> bool:
    """Return whether a project may keep a value of the input: of no secret, and of no file."""
    return not each.is_secret and each.kind is not InputKind.FILE


def _row(each: Input, settings: JobSettings, *, changeable: bool) -> Block:
    is_fixed, is_hidden = each.name in settings.fixed, each.name in settings.hidden
    menu = {}
    if is_fixed or is_hidden:
        menu[ASK] = "Ask people for it"
    if may_be_fixed(each):
        menu[FIX] = "Change the value…" if is_fixed else "Fix its value…"
    if not is_hidden and not each.must_be_given:
        menu[HIDE] = "Hide it"
    title = bold(cut(each.title.strip() or each.name, 300))
    return row(
        mark_of(each.name),
        f"{title}\n{said(each, settings)}",
        menu if changeable else {},
        action=Admin.INPUT,
    )


def _gone(name: str, *, changeable: bool) -> Block:
    text = f"{bold(cut(name, 300))}\nThe job no longer has this input; what is kept for it does nothing."
    return row(mark_of(name), text, {FORGET: "Forget it"} if changeable else {}, action=Admin.INPUT)


def _shown(each: Input, value: Any) -> str:
    """Return the value in bold; "" for an empty text or list, which would be two stars."""
    words = " ".join(show_value(each, value).split())
    return bold(cut(words, LONGEST_VALUE)) if words else ""


def changed(each: str, how: str) -> str:
    """Return what has just become of the input with this title."""
    done = {
        ASK: "people are asked for it now",
        FIX: "fixed for every run",
        HIDE: "nobody is asked for it now",
        FORGET: "forgotten",
    }
    return f":white_check_mark: {escape(cut(each, LONGEST_VALUE))}: {done[how]}."
