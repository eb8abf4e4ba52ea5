"""What people ask for is done once more when the database undid it: whatever writes is one transaction."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = {"insert", "update", "delete", "upsert", "insert_into", "insert_new"}
"""Of SQLAlchemy and ours, which write; `.update(…)` may be a dict's."""
METHODS = {"insert", "with_for_update"}
OPENS = "transaction"
Function = ast.FunctionDef


def functions_in(*folders: str) -> list[tuple[Path, Function]]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [
        (path, node)
        for path in paths
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, Function)
    ]


def called(function: Function) -> set[str]:
    """The names of all that it calls, methods included."""
    calls = [each.func for each in ast.walk(function) if isinstance(each, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}


def writes(node: ast.AST) -> bool:
    calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return any(
        each.id in FUNCTIONS if isinstance(each, ast.Name) else getattr(each, "attr", "") in METHODS
        for each in calls
    )


def mentioned(node: ast.AST) -> set[str]:
    """The names that it reads, those of methods of its own included."""
    return {
        each.id if isinstance(each, ast.Name) else each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Name)
        or (isinstance(each, ast.Attribute) and ast.unparse(each.value) == "self")
    }


def writers_of(path: Path) -> set[str]:
    """Names of a module's functions that write: with a statement of their own, or one that is built once."""
    tree = ast.parse(path.read_text())
    kept = {
        target.id: each.value
        for each in tree.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    functions = {each.name: each for each in ast.walk(tree) if isinstance(each, Function)}
    own = {**kept, **functions}
    names = {name for name, each in own.items() if writes(each)}
    while more := {name for name, each in own.items() if name not in names and mentioned(each) & names}:
        names |= more
    return names & functions.keys()


def writers() -> set[str]:
    """Names of what changes or locks rows in a transaction that is handed on: in storage, and through it."""
    names = {name for path in sorted((ROOT / "storage").glob("*.py")) for name in writers_of(path)}
    handed_on = [each for _, each in functions_in("bot/services") if takes_transaction(each)]
    while more := {each.name for each in handed_on if each.name not in names and called(each) & names}:
        names |= more
    return names


def takes_transaction(function: Function) -> bool:
    return any(each.arg == "tx" for each in function.args.args)


def opened_in(function: Function) -> list[ast.With]:
    return [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.With) and any(OPENS in ast.unparse(item) for item in each.items)
    ]


def is_done_once_more(function: Function) -> bool:
    return any(ast.unparse(each) == "once_more" for each in function.decorator_list)


def test_every_service_that_writes_is_one_transaction_and_is_done_once_more():
    names = writers()
    wrong = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path, function in functions_in("bot/services")
        for opened in opened_in(function)
        if called_in(opened) & names and not (is_done_once_more(function) and len(opened_in(function)) == 1)
    ]

    assert wrong == [], "decorate it with once_more; what asks others is a function of its own"


def called_in(opened: ast.With) -> set[str]:
    return called(Function("_", ast.arguments([], [], None, [], [], None, []), opened.body, [], lineno=0))


def test_what_is_done_once_more_asks_nobody_outside():
    wrong = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path, function in functions_in("bot/services", "bot/workers")
        if is_done_once_more(function) and {"_slack", "_airflow", "_at_airflow"} & attributes(function)
    ]

    assert wrong == []


def attributes(function: Function) -> set[str]:
    return {each.attr for each in ast.walk(function) if isinstance(each, ast.Attribute)}
