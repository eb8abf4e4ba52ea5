"""A docstring begins with a verb. ruff (D401) knows other forms of verbs, and no other kind of word."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for package in ("bot", "handlers", "storage")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
    and path.name != "__main__.py"  # docstrings there are the command's help
]
NO_VERBS = frozenset(
    [
        "a", "airflow", "all", "also", "an", "and", "any", "as", "at", "before", "beside", "both",
        "but", "by", "each", "either", "every", "for", "from", "he", "her", "his", "how", "in", "into",
        "it", "its", "like", "more", "most", "no", "nobody", "none", "not", "nothing", "of", "on",
        "once", "one", "only", "or", "other", "our", "per", "runbell", "same", "seconds", "since",
        "slack", "so", "some", "such", "than", "that", "the", "their", "them", "there", "these",
        "they", "this", "those", "to", "too", "until", "we", "what", "whatever", "when", "where",
        "whether", "which", "while", "who", "whoever", "whom", "whose", "why", "with", "within",
        "without",
    ]
)  # fmt: skip
"""Words with which fragments begin: "By project.", "What it holds.", "None when it is unknown."."""


def openings(tree: ast.AST) -> list[tuple[str, str]]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    said = [(each.name, ast.get_docstring(each)) for each in functions if not _is_property(each)]
    return [(name, text.split()[0]) for name, text in said if text]


def _is_property(node: ast.FunctionDef) -> bool:
    names = {ast.unparse(each).rpartition(".")[2] for each in node.decorator_list}
    return bool(names & {"property", "cached_property"})


def is_verb(word: str) -> bool:
    plain = word.strip('.,:;“”"').removesuffix("'s").removesuffix("’s")
    return plain[:1].isupper() and plain.casefold() not in NO_VERBS


def test_docstrings_of_functions_begin_with_a_verb():
    found = [
        (str(path.relative_to(ROOT)), *each)
        for path in FILES
        for each in openings(ast.parse(path.read_text()))
        if not is_verb(each[1])
    ]
    assert found == []


def test_fragments_are_found():
    tree = ast.parse('def one():\n    """By project."""\ndef other():\n    """`limit`: how many."""\n')
    assert [name for name, word in openings(tree) if not is_verb(word)] == ["one", "other"]
    assert is_verb("Return")
