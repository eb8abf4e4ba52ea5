"""slackblocks as a judge: its objects are built from our JSON, and whatever it will not build is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import slackblocks as sb
from slackblocks.rich_text import RichText  # type: ignore[attr-defined]  # it is there

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

TEXTS = {"plain_text": sb.PlainText, "mrkdwn": sb.Markdown}
ELEMENTS: dict[str, Callable[..., Any]] = {
    "button": sb.Button,
    "overflow": sb.OverflowMenu,
    "static_select": sb.StaticSelectMenu,
    "multi_static_select": sb.StaticMultiSelectMenu,
    "external_select": sb.ExternalSelectMenu,
    "multi_external_select": sb.ExternalMultiSelectMenu,
    "users_select": sb.UserSelectMenu,
    "multi_users_select": sb.UserMultiSelectMenu,
    "conversations_select": sb.ConversationSelectMenu,
    "multi_conversations_select": sb.ConversationMultiSelectMenu,
    "channels_select": sb.ChannelSelectMenu,
    "multi_channels_select": sb.ChannelMultiSelectMenu,
    "radio_buttons": sb.RadioButtonGroup,
    "checkboxes": sb.CheckboxGroup,
    "datepicker": sb.DatePicker,
    "timepicker": sb.TimePicker,
    "datetimepicker": sb.DateTimePicker,
    "plain_text_input": sb.PlainTextInput,
    "number_input": sb.NumberInput,
    "email_text_input": sb.EmailInput,
    "url_text_input": sb.URLInput,
    "rich_text_input": sb.RichTextInput,
    "file_input": sb.FileInput,
    "image": sb.Image,
}
BLOCKS: dict[str, Callable[..., Any]] = {
    "section": sb.SectionBlock,
    "header": sb.HeaderBlock,
    "divider": sb.DividerBlock,
    "context": sb.ContextBlock,
    "actions": sb.ActionsBlock,
    "image": sb.ImageBlock,
    "input": sb.InputBlock,
    "markdown": sb.MarkdownBlock,
    "table": sb.TableBlock,
}
INSIDE: dict[str, Callable[..., Any]] = {
    "confirm": sb.ConfirmationDialogue,
    "filter": sb.ConversationFilter,
    "dispatch_action_config": sb.DispatchActionConfiguration,
}
RENAMED = {"initial_date_time": "initial_datetime"}


def refuses(surface: Any) -> bool:
    """A modal, a Home, or a message's list of blocks."""
    try:
        _surface(surface)
    except (sb.InvalidUsageError, TypeError, KeyError, AttributeError, ValueError):
        return True
    return False


def _surface(surface: Any) -> Any:
    if isinstance(surface, list):
        return sb.Message("C0", blocks=[_block(each) for each in surface])._resolve()
    made = {
        key: _text(each) if key in {"title", "submit", "close"} else each for key, each in surface.items()
    }
    made["blocks"] = [_block(each) for each in made.pop("blocks")]
    kinds: dict[str, Callable[..., Any]] = {"modal": sb.ModalView, "home": sb.HomeTabView}
    return kinds[made.pop("type")](**made)._resolve()


def _block(block: Json) -> Any:
    kind, rest = block["type"], {key: each for key, each in block.items() if key != "type"}
    if kind == "rich_text":
        return sb.RichTextBlock([_rich(each) for each in rest.pop("elements")], **rest)
    if kind == "table":
        rest["rows"] = [[sb.RawText(cell["text"]) for cell in row] for row in rest["rows"]]
        return sb.TableBlock(**rest)
    if kind in PICTURES:
        return PICTURES[kind](rest)
    for place in ("element", "accessory"):
        if place in rest:
            rest[place] = _element(rest[place])
    if "elements" in rest:
        rest["elements"] = [_element(each) for each in rest["elements"]]
    if "fields" in rest:
        rest["fields"] = [_text(each) for each in rest["fields"]]
    if kind != "markdown":
        rest |= {key: _text(rest[key]) for key in ("text", "label", "hint", "title") if key in rest}
    return BLOCKS[kind](**rest)


def _data_table(rest: Json) -> Any:
    cells = {"raw_text": sb.RawText, "raw_number": sb.RawNumber}
    rows = [
        [
            _block(cell)
            if cell["type"] == "rich_text"
            else cells[cell["type"]](**{key: each for key, each in cell.items() if key != "type"})
            for cell in row
        ]
        for row in rest["rows"]
    ]
    return sb.DataTableBlock(**{**rest, "rows": rows})


def _data_visualization(rest: Json) -> Any:
    charts = {"bar": sb.BarChart, "line": sb.LineChart, "area": sb.AreaChart}
    chart = rest["chart"]
    series = [
        sb.DataSeries(each["name"], [sb.DataPoint(**point) for point in each["data"]])
        for each in chart["series"]
    ]
    made = charts[chart["type"]](series, sb.AxisConfig(**chart["axis_config"]))
    return sb.DataVisualizationBlock(**{**rest, "chart": made})


def _task(task: Json) -> Any:
    texts = {key: _block(task[key]) for key in ("details", "output") if key in task}
    return sb.TaskCardBlock(**{**task, **texts})  # type: ignore[misc]  # of any block


def _plan(rest: Json) -> Any:
    return sb.PlanBlock(**{**rest, "tasks": [_task(each) for each in rest["tasks"]]})


def _container(rest: Json) -> Any:
    texts = {key: _text(rest[key]) for key in ("title", "subtitle") if key in rest}
    children = [_block(each) for each in rest["child_blocks"]]
    return sb.ContainerBlock(**{**rest, **texts, "child_blocks": children})  # type: ignore[misc]  # of any block


PICTURES: dict[str, Callable[[Json], Any]] = {
    "data_table": _data_table,
    "data_visualization": _data_visualization,
    "plan": _plan,
    "task_card": _task,
    "container": _container,
}


def _rich(part: Json) -> Any:
    """Enough to know the kinds apart; what lies inside is its text."""
    kinds = {
        "rich_text_section": sb.RichTextSection,
        "rich_text_quote": sb.RichTextQuote,
        "rich_text_preformatted": sb.RichTextCodeBlock,
    }
    if part["type"] == "rich_text_list":
        return sb.RichTextList(part["style"], [_rich(each) for each in part["elements"]])
    return kinds[part["type"]]([RichText(each.get("text", "x")) for each in part["elements"]])


def _element(element: Json) -> Any:
    if element["type"] in TEXTS:
        return _text(element)
    made = {RENAMED.get(key, key): _inside(key, each) for key, each in element.items() if key != "type"}
    if element["type"] in {"static_select", "multi_static_select"}:
        made.setdefault("action_id", None)
    if element["type"] == "multi_static_select":
        made.setdefault("options", None)
    return ELEMENTS[element["type"]](**made)


def _inside(key: str, value: Any) -> Any:
    if key in {"text", "placeholder"}:
        return _text(value)
    if key in INSIDE:
        texts = {name: _text(each) if isinstance(each, dict) else each for name, each in value.items()}
        return INSIDE[key](**texts)
    if key in {"options", "initial_options"}:
        return [_option(each) for each in value]
    if key == "initial_option":
        return _option(value)
    if key == "option_groups":
        return [
            sb.OptionGroup(_text(each["label"]), [_option(one) for one in each["options"]]) for each in value
        ]
    return value


def _option(option: Json) -> Any:
    return sb.Option(**{key: _text(each) if isinstance(each, dict) else each for key, each in option.items()})


def _text(text: Any) -> Any:
    made = {key: each for key, each in text.items() if key != "type"}
    return TEXTS[text["type"]](**made)
