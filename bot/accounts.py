"""RUNBELL_PROJECT_ACCOUNTS: a file that gives projects an Airflow account of their own.

Finance: {username: runbell-finance, password_file: /run/secrets/finance}
HR: {username: runbell-hr, password_env: HR_AIRFLOW_PASSWORD}
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "RUNBELL_PROJECT_ACCOUNTS"


class WrongAccounts(Exception):
    """Every problem at once, and no secret."""


class Account(BaseModel):
    """A secret stands in a file or in the environment, never in this file itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str = Field(min_length=1)
    password_file: str = ""
    password_env: str = ""

    @model_validator(mode="after")
    def _has_one_password(self) -> Account:
        if bool(self.password_file) == bool(self.password_env):
            message = "needs either password_file or password_env"
            raise ValueError(message)
        return self


class KnownAccount(BaseModel):
    """With its password, which is never shown."""

    model_config = ConfigDict(frozen=True)

    username: str
    password: SecretStr


def read_accounts(path: Path | None) -> dict[str, KnownAccount]:
    """By project's name. Raises WrongAccounts."""
    if path is None:
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WrongAccounts(f"{NAME}: {path} cannot be read ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise WrongAccounts(f"{NAME}: {path} must be `project: {{username: …, password_file: …}}` lines")
    problems: list[str] = []
    accounts = {str(name): _account(str(name), each, problems) for name, each in found.items()}
    if problems:
        raise WrongAccounts("\n".join(f"{NAME}: {each}" for each in problems))
    return {name: each for name, each in accounts.items() if each is not None}


def _account(name: str, given: Any, problems: list[str]) -> KnownAccount | None:
    try:
        account = Account.model_validate(given)
    except ValidationError as error:
        problems += [f"{name}: {_said(each)}" for each in error.errors(include_input=False)]
        return None
    try:
        password = _password(account, os.environ)
    except OSError as error:
        problems.append(f"{name}: password_file cannot be read ({type(error).__name__})")
        return None
    if not password:
        problems.append(f"{name}: its password is empty or not set")
        return None
    return KnownAccount(username=account.username, password=SecretStr(password))


def _password(account: Account, environment: Mapping[str, str]) -> str:
    if account.password_env:
        return environment.get(account.password_env, "")
    return Path(account.password_file).read_text(encoding="utf-8").strip()


def _said(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    words = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {words}" if where else words
