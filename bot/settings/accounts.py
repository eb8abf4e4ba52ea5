"""Runbell's accounts in Airflow: one by the settings, and others by the file RUNBELL_PROJECT_ACCOUNTS.

Finance: {username: runbell-finance, password_file: /run/secrets/finance}
HR: {username: runbell-hr, password_env: HR_AIRFLOW_PASSWORD}
Sales: {token_command: /usr/local/bin/sales-token}
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from bot.gateways.airflow import sign_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.clock import Clock
    from bot.gateways.airflow import Certificates, Tokens

NAME = "RUNBELL_PROJECT_ACCOUNTS"
SECRETS = {"password": "username", "client_secret": "client_id", "token": ""}
"""Each secret, which is in a file (…_file) or in the environment (…_env), and the name that it belongs to."""


class WrongAccounts(Exception):
    """Every problem of the file at once, and no secret."""


class KnownAccount(BaseModel):
    """One way to sign in, with its secret, which is never shown. Ways that are "" or None are not used."""

    model_config = ConfigDict(frozen=True)

    username: str = ""
    password: SecretStr = SecretStr("")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    token_command: str = ""
    google: bool = False
    google_credentials_file: Path | None = None
    mwaa_environment: str = ""
    aws_profile: str = ""
    hopsworks_token_file: Path | None = None

    def ways(self) -> list[str]:
        """Return the names of the fields by which it signs in; there should be one."""
        names = (
            "username",
            "client_id",
            "token",
            "token_file",
            "token_command",
            "google",
            "google_credentials_file",
            "mwaa_environment",
            "hopsworks_token_file",
        )
        return [each for each in names if _is_set(getattr(self, each))]


class Account(BaseModel):
    """An account as the file has it. Its secret is in another file or in the environment, never here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str = ""
    password_file: str = ""
    password_env: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    client_secret_env: str = ""
    token_env: str = ""
    token_file: str = ""
    token_command: str = Field("", description="run without a shell; what it prints is the token")
    google_credentials_file: str = ""
    mwaa_environment: str = ""
    aws_profile: str = ""
    hopsworks_token_file: str = ""

    @model_validator(mode="after")
    def _has_one_secret_for_each_name(self) -> Account:
        for secret, name in SECRETS.items():
            given = [each for each in (f"{secret}_file", f"{secret}_env") if getattr(self, each)]
            is_named = bool(name and getattr(self, name))
            if is_named and len(given) != 1:
                message = f"needs either {secret}_file or {secret}_env"
                raise ValueError(message)
            if given and name and not is_named:
                message = f"{given[0]} needs {name}, too"
                raise ValueError(message)
        return self


def tokens_of(account: KnownAccount, url: str, certificates: Certificates, clock: Clock) -> Tokens:
    """Return the tokens of the one way that `account` has."""
    if token := account.token.get_secret_value():
        return sign_in.StaticToken(token)
    if account.token_file is not None:
        return sign_in.TokenFile(account.token_file)
    return sign_in.RenewedTokens(_source(account, url, certificates, clock), clock=clock)


def _source(account: KnownAccount, url: str, certificates: Certificates, clock: Clock) -> sign_in.Source:
    if account.token_command:
        return sign_in.TokenCommand(account.token_command)
    if account.client_id:
        secret = account.client_secret.get_secret_value()
        return sign_in.ClientCredentials(url, account.client_id, secret, certificates=certificates)
    if account.google or account.google_credentials_file is not None:
        return sign_in.GoogleAccount(account.google_credentials_file, clock=clock)
    if account.mwaa_environment:
        return sign_in.AmazonLogin(
            account.mwaa_environment, url, profile=account.aws_profile, certificates=certificates
        )
    if account.hopsworks_token_file is not None:
        return sign_in.HopsworksAccount(url, account.hopsworks_token_file, certificates=certificates)
    password = account.password.get_secret_value()
    return sign_in.Password(url, account.username, password, certificates=certificates)


def read_accounts(path: Path | None) -> dict[str, KnownAccount]:
    """Return the accounts by project's name. Raises WrongAccounts."""
    if path is None:
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
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
        known = _with_secrets(account, os.environ)
    except OSError as error:
        problems.append(f"{name}: the file of its secret cannot be read ({type(error).__name__})")
        return None
    ways = known.ways()
    if len(ways) == 1:
        return known
    named = [each for each in ("username", "client_id") if getattr(account, each)]
    if not ways and (account.token_env or named):
        problems.append(f"{name}: its secret is empty or not set")
    elif not ways:
        problems.append(f"{name}: needs one way to sign in, such as username or token_file")
    else:
        problems.append(f"{name}: may have only one way to sign in, not {' and '.join(ways)}")
    return None


def _with_secrets(account: Account, environment: Mapping[str, str]) -> KnownAccount:
    """Return the account with its secrets read. A name without a secret is left out: it cannot sign in."""
    given = account.model_dump(exclude_defaults=True)
    known = {name: value for name, value in given.items() if name in KnownAccount.model_fields}
    for secret, name in SECRETS.items():
        value = environment.get(given.get(f"{secret}_env", ""), "")
        if name and (path := given.get(f"{secret}_file")):
            value = Path(path).read_text(encoding="utf-8").strip()
        if value:
            known[secret] = value
        elif name:
            known.pop(name, None)
    return KnownAccount.model_validate(known)


def _is_set(value: object) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _said(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    words = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {words}" if where else words
