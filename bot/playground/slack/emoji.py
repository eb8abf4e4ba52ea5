"""Emoji short names as Slack writes them; the common ones by hand, many more by their Unicode name."""

from __future__ import annotations

import re
import unicodedata

SHORT_NAMES = {
    "+1": "👍", "-1": "👎", "thumbsup": "👍", "thumbsdown": "👎", "tada": "🎉", "wave": "👋", "eyes": "👀",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌",
    "warning": "⚠️", "no_entry": "⛔", "no_entry_sign": "🚫", "rotating_light": "🚨", "exclamation": "❗",
    "question": "❓", "bulb": "💡", "calendar": "📆", "date": "📅", "spiral_calendar_pad": "🗓️",
    "clock9": "🕘", "alarm_clock": "⏰", "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "stopwatch": "⏱️",
    "arrow_forward": "▶️", "arrow_right": "➡️", "arrow_left": "⬅️", "arrows_counterclockwise": "🔄",
    "repeat": "🔁", "double_vertical_bar": "⏸️", "pause_button": "⏸️", "black_square_for_stop": "⏹️",
    "large_green_circle": "🟢", "large_yellow_circle": "🟡", "red_circle": "🔴", "large_blue_circle": "🔵",
    "white_circle": "⚪", "black_circle": "⚫", "large_orange_circle": "🟠", "gear": "⚙️", "wrench": "🔧",
    "lock": "🔒", "unlock": "🔓", "key": "🔑", "bell": "🔔", "no_bell": "🔕", "mega": "📣", "memo": "📝",
    "pencil": "📝", "pencil2": "✏️", "clipboard": "📋", "bar_chart": "📊", "chart_with_upwards_trend": "📈",
    "chart_with_downwards_trend": "📉", "email": "📧", "envelope": "✉️", "inbox_tray": "📥", "link": "🔗",
    "mag": "🔍", "rocket": "🚀", "fire": "🔥", "sparkles": "✨", "star": "⭐", "heart": "❤️", "smile": "😄",
    "slightly_smiling_face": "🙂", "simple_smile": "🙂", "grinning": "😀", "joy": "😂", "thinking_face": "🤔",
    "sob": "😭", "cry": "😢", "pray": "🙏", "clap": "👏", "raised_hands": "🙌", "muscle": "💪",
    "robot_face": "🤖",
    "point_right": "👉", "point_up": "☝️", "information_source": "ℹ️", "wastebasket": "🗑️", "package": "📦",
    "file_folder": "📁", "page_facing_up": "📄", "books": "📚", "bust_in_silhouette": "👤", "house": "🏠",
    "bug": "🐛", "construction": "🚧", "zzz": "💤", "100": "💯", "coffee": "☕", "sunny": "☀️", "moon": "🌔",
    "fast_forward": "⏩", "black_right_pointing_double_triangle_with_vertical_bar": "⏭️", "raised_hand": "✋",
    "speech_balloon": "💬", "bow": "🙇", "ok_hand": "👌", "heavy_minus_sign": "➖", "heavy_plus_sign": "➕",
    "small_blue_diamond": "🔹", "large_purple_circle": "🟣", "snail": "🐌", "stop_button": "⏹️",
    "seedling": "🌱",
}  # fmt: skip
LAST_LETTER = 0x2000
NAME = re.compile(r":([a-z0-9_+\-']+):")


def with_emoji(text: str) -> str:
    return NAME.sub(lambda found: one_emoji(found[1]) or found[0], text)


def one_emoji(name: str) -> str | None:
    """The character, or None for a name that is neither in the table nor Unicode's own."""
    if name in SHORT_NAMES:
        return SHORT_NAMES[name]
    try:
        found = unicodedata.lookup(name.replace("_", " ").upper())
    except KeyError:
        return None
    return found if ord(found[0]) > LAST_LETTER else None
