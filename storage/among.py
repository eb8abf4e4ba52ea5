"""Whether columns hold one of many values, which are one parameter of the statement, however many they are.

With a parameter for each value every number of them would be another statement, which SQLAlchemy writes, the
driver fills in and PostgreSQL plans anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Boolean, Integer, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, ColumnElement
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    from bot.domain.job import JobKey


class _Listed(TypeDecorator[Collection[Any]]):
    """Many values as one parameter: an array for PostgreSQL, JSON for SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, of: type[Integer | Text]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        found = list(value or ())
        return found if dialect.name == "postgresql" else json.dumps(found)


class _Keys(TypeDecorator[Collection["JobKey"]]):
    """Many jobs as one parameter: all deployments, then all DAG ids for PostgreSQL; JSON for SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[JobKey] | None, dialect: Dialect) -> Any:
        found = list(value or ())
        if dialect.name == "postgresql":
            return [*(each.deployment for each in found), *(each.dag_id for each in found)]
        return json.dumps([(each.deployment, each.dag_id) for each in found])


class _Places(TypeDecorator[Collection["tuple[int, JobKey]"]]):
    """Many jobs, each in a project, as one parameter: as for jobs, with the projects' ids before them."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[tuple[int, JobKey]] | None, dialect: Dialect) -> Any:
        found = [(project_id, key.deployment, key.dag_id) for project_id, key in value or ()]
        if dialect.name != "postgresql":
            return json.dumps(found)
        return [str(each[at]) for at in range(3) for each in found]


class _Condition(FunctionElement[bool]):
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite is asked whether it = 1, which no index answers


class _IsAmong(_Condition):
    """Whether the column holds one of the values of the parameter."""

    inherit_cache = True


class _IsJobAmong(_Condition):
    """Whether the deployment and the DAG id are those of one of the jobs of the parameter."""

    inherit_cache = True


class _IsPlaceAmong(_Condition):
    """Whether the project, the deployment and the DAG id are those of one of the places of the parameter."""

    inherit_cache = True


def is_number_among(column: ColumnElement[Any], given: Collection[int] | str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these numbers, or of the parameter of this name."""
    return _IsAmong(column, _parameter(given, _Listed(Integer)))


def is_text_among(column: ColumnElement[Any], given: Collection[str] | str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these texts, or of the parameter of this name."""
    return _IsAmong(column, _parameter(given, _Listed(Text)))


def is_job_among(
    deployment: ColumnElement[str], dag_id: ColumnElement[str], given: Collection[JobKey] | str
) -> ColumnElement[bool]:
    """Return the condition that columns name one of these jobs, or of the parameter of this name."""
    return _IsJobAmong(deployment, dag_id, _parameter(given, _Keys()))


def is_place_among(
    project_id: ColumnElement[int],
    deployment: ColumnElement[str],
    dag_id: ColumnElement[str],
    given: Collection[tuple[int, JobKey]] | str,
) -> ColumnElement[bool]:
    """Return the condition that columns name one of these jobs, each in its project.

    `given` may be the name of the parameter.
    """
    return _IsPlaceAmong(project_id, deployment, dag_id, _parameter(given, _Places()))


def _parameter(given: Collection[Any] | str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    if isinstance(given, str):
        return bindparam(given, type_=kind)
    return bindparam(None, given, type_=kind)


@compiles(_IsAmong, "postgresql")
def _in_array(element: _IsAmong, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(each, **given) for each in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_IsAmong)
def _in_json(element: _IsAmong, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(each, **given) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  SQLAlchemy wrote them


@compiles(_IsJobAmong, "postgresql")
def _job_in_array(element: _IsJobAmong, compiler: SQLCompiler, **given: Any) -> str:
    deployment, dag_id, jobs = (compiler.process(each, **given) for each in element.clauses)
    half = f"cardinality({jobs}) / 2"
    # Not JSON: PostgreSQL expects a hundred in any. Not by their places: it passes all before to find each.
    pairs = f"SELECT * FROM unnest(({jobs})[:{half}], ({jobs})[{half} + 1:])"  # noqa: S608  SQLAlchemy wrote them
    return f"({deployment}, {dag_id}) IN ({pairs})"


@compiles(_IsJobAmong)
def _job_in_json(element: _IsJobAmong, compiler: SQLCompiler, **given: Any) -> str:
    deployment, dag_id, jobs = (compiler.process(each, **given) for each in element.clauses)
    pairs = f"SELECT value ->> 0, value ->> 1 FROM json_each({jobs})"  # noqa: S608  SQLAlchemy wrote them
    return f"({deployment}, {dag_id}) IN ({pairs})"


@compiles(_IsPlaceAmong, "postgresql")
def _place_in_array(element: _IsPlaceAmong, compiler: SQLCompiler, **given: Any) -> str:
    *columns, places = (compiler.process(each, **given) for each in element.clauses)
    third = f"cardinality({places}) / 3"
    projects, deployments = f"({places})[:{third}]::INTEGER[]", f"({places})[{third} + 1:2 * ({third})]"
    each = f"unnest({projects}, {deployments}, ({places})[2 * ({third}) + 1:])"
    return f"({', '.join(columns)}) IN (SELECT * FROM {each})"  # noqa: S608  SQLAlchemy wrote them


@compiles(_IsPlaceAmong)
def _place_in_json(element: _IsPlaceAmong, compiler: SQLCompiler, **given: Any) -> str:
    project_id, deployment, dag_id, places = (compiler.process(each, **given) for each in element.clauses)
    each = f"FROM json_each({places})"
    # Asked for three columns at once, SQLite reads all of a project: "+" keeps it from that.
    is_job = f"({deployment}, {dag_id}) IN (SELECT value ->> 1, value ->> 2 {each})"
    whole = f"SELECT value ->> 0, value ->> 1, value ->> 2 {each}"
    return f"({is_job} AND (+{project_id}, {deployment}, {dag_id}) IN ({whole}))"
