"""A message from which somebody runs a job: which job, and which of its inputs take the text or the link."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ExternalDataSelectElement,
    InputBlock,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View as ModalView

from bot.blocks.ids import VALUE, Button, View, input_block
from bot.blocks.parts import context, cut, escape, option, section
from bot.domain.form_field import FormField
from bot.domain.job import InputKind

if TYPE_CHECKING:
    from slack_sdk.models.blocks import Block

    from bot.domain.job import Input, Job

TEXT, LINK = "text", "link"
MOST_TAKING = 40
LONGEST_KEPT = 2900
"""Slack keeps 3,000 characters with a form."""
LONGEST_QUOTE = 300
LONGEST_LABEL = 150
LONGEST_TITLE = 75


@dataclass(frozen=True, slots=True)
class About:
    """A message, without Slack's marks. `link` is "" if Slack did not say where it is."""

    channel: str
    text: str
    link: str

    def pack(self) -> str:
        """Return what the form keeps. A text that is too long for that is left out, never cut."""
        packed = json.dumps(asdict(self), ensure_ascii=False)
        return packed if len(packed) <= LONGEST_KEPT else About(self.channel, "", self.link).pack()


def read_about(metadata: str) -> About:
    """Return the message that a form keeps; an empty one if its metadata makes no sense."""
    try:
        found = json.loads(metadata)
        return About(str(found["channel"]), str(found["text"]), str(found["link"]))
    except (ValueError, KeyError, TypeError):
        return About("", "", "")


def form(about: About, job: Job | None = None, reference: str = "", label: str = "") -> dict[str, Any]:
    """Return the form that asks for the job, and then for the inputs that take the text or the link."""
    kept = read_about(about.pack())
    blocks: list[Block | None] = [section(_quote(about)), _job(reference, label)]
    if about.text and not kept.text:
        blocks.append(context("The message is too long for an input: only its link can be given."))
    if job is not None:
        offers = taking(job)[:MOST_TAKING] if kept.text or kept.link else []
        fields = [_field(each, reference, kept) for each in offers]
        words = "Which inputs take something of the message? The form opens next, with all inputs."
        nothing = "Nothing of the message fits an input of this job. The form opens next."
        blocks.append(context(words if fields else nothing))
        blocks += fields
    found: dict[str, Any] = ModalView(
        type="modal",
        callback_id=View.ABOUT,
        private_metadata=about.pack(),
        title=PlainTextObject(text="Run a job about this"),
        submit=PlainTextObject(text="Continue"),
        close=PlainTextObject(text="Cancel"),
        blocks=[each for each in blocks if each is not None],
    ).to_dict()
    return found


def taking(job: Job) -> list[Input]:
    """Return the inputs that can take a text and are no secrets."""
    return [
        each
        for each in job.inputs
        if each.kind in {InputKind.TEXT, InputKind.LONG_TEXT} and not each.is_secret
    ]


def _quote(about: About) -> str:
    words = cut(" ".join(about.text.split()), LONGEST_QUOTE) or "A message without text"
    link = f"  <{about.link}|Open it>" if about.link else ""
    return f">{escape(words)}{link}"


def _job(reference: str, label: str) -> InputBlock:
    return InputBlock(
        block_id=FormField.JOB,
        label=PlainTextObject(text="Job"),
        dispatch_action=True,
        element=ExternalDataSelectElement(
            action_id=Button.ABOUT_JOB,
            placeholder=PlainTextObject(text="Type a few letters of its name"),
            min_query_length=0,
            initial_option=option(label, reference) if reference else None,
        ),
    )


def _field(each: Input, reference: str, about: About) -> InputBlock:
    options = [option("The message's text", TEXT)] if about.text else []
    options += [option("Its link", LINK)] if about.link else []
    return InputBlock(
        block_id=input_block(reference, f"input.{each.name}"),
        label=PlainTextObject(text=cut(each.title, LONGEST_LABEL)),
        optional=True,
        element=StaticSelectElement(
            action_id=VALUE,
            placeholder=PlainTextObject(text="Nothing of it"),
            options=options,
        ),
    )
