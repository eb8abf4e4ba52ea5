"""Every setting, read once from the environment and an optional .env, checked at once, secrets hidden."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

if TYPE_CHECKING:
    from collections.abc import Collection

PREFIX = "RUNBELL_"
WAYS_IN = (
    "airflow_username",
    "airflow_client_id",
    "airflow_token",
    "airflow_token_file",
    "airflow_token_command",
    "airflow_google",
    "airflow_mwaa_environment",
    "airflow_hopsworks_token_file",
)


class WrongSettings(Exception):
    """Every problem of the settings at once, each with the name of its setting."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    slack_bot_token: SecretStr = Field(description="xoxb-…, from the app's page OAuth & Permissions")
    slack_app_token: SecretStr = Field(description="xapp-…, from Basic Information, App-Level Tokens")
    slack_api_url: str = "https://slack.com/api/"
    airflow_url: str = Field(description="https://airflow.example.com, without /api/v2")
    airflow_username: str = ""
    airflow_password: SecretStr = SecretStr("")
    airflow_client_id: str = ""
    airflow_client_secret: SecretStr = SecretStr("")
    airflow_token: SecretStr = SecretStr("")
    airflow_token_file: Path | None = None
    airflow_token_command: str = ""
    airflow_google: bool = False
    airflow_mwaa_environment: str = ""
    airflow_hopsworks_token_file: Path | None = None
    airflow_ca_file: str = ""
    airflow_client_certificate: str = ""
    airflow_client_key: str = ""
    airflow_public_url: str = Field("", description="where people open Airflow; airflow_url unless set")
    deployment: str = Field("default", min_length=1, max_length=64)
    database_url: str = "sqlite:///.data/runbell.db"
    secrets_key: SecretStr = Field(
        SecretStr(""), description="seals secret inputs; several separated by commas, the newest first"
    )
    command: str = Field("/schedule", pattern=r"^/[a-z0-9_-]{1,31}$")
    admins: Annotated[tuple[str, ...], NoDecode] = Field((), description="Slack ids, separated by commas")
    slack_admins_are_admins: bool = False
    project_accounts: Path | None = Field(None, description="a YAML file: an Airflow account per project")
    failure_patterns_file: Path | None = Field(
        None, description="a YAML file: what errors usually mean, and what to do"
    )
    pagerduty_url: str = "https://events.pagerduty.com/v2/enqueue"
    pagerduty_ca_file: str = ""
    pagerduty_keys: Path | None = Field(None, description="a YAML file: PagerDuty's routing keys by name")
    lead_seconds: float = Field(45, ge=0, le=300)
    grace_minutes: float = Field(10, gt=0, le=720)
    most_previews: int = Field(50, ge=1, description="open previews of one person")
    most_schedules: int = Field(200, ge=1, description="schedules of one person")
    most_project_schedules: int = Field(2000, ge=1, description="schedules of one project")
    most_runs_a_minute: int = Field(30, ge=1, description="runs that one person starts by hand in a minute")
    keep_history_days: int = Field(90, ge=0, description="runs and what became of due moments; 0: for ever")
    keep_notices_days: int = Field(7, ge=0, description="what Slack was told; 0: for ever")
    keep_audit_days: int = Field(730, ge=0, description="the audit; 0: for ever")
    files_url: str = Field("", description="where Airflow's tasks reach Runbell's port, to fetch files")
    result_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="hosts from which files of results are fetched, separated by commas"
    )
    most_file_mb: float = Field(10, gt=0, le=100, description="one file that somebody gives to a job")
    most_files_mb: float = Field(1024, gt=0, description="all files that are kept at once")
    keep_files_hours: float = Field(24, gt=0, description="how long a job may fetch its file")
    health_host: str = "127.0.0.1"
    health_port: int = Field(8099, ge=0, le=65535)
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    log_json: bool = False

    @field_validator("admins", "result_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_token(cls, value: SecretStr, info: Any) -> SecretStr:
        start = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}[info.field_name]
        if not value.get_secret_value().startswith(start):
            message = f"must start with {start}"
            raise ValueError(message)
        return value

    @field_validator("secrets_key")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        if all(_is_key(each) for each in keys_in(value)):
            return value
        message = (
            "is not made of keys. Make one: python -c "
            "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        )
        raise ValueError(message)

    @property
    def secrets_keys(self) -> list[str]:
        """The keys for secret inputs, newest first."""
        return keys_in(self.secrets_key)

    @field_validator("airflow_url", "airflow_public_url", "slack_api_url", "files_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            message = "must start with https:// (or http://)"
            raise ValueError(message)
        if "@" in value.split("://", 1)[-1].split("/", 1)[0]:
            message = (
                "must hold no name and no password: it stands in every card's link. "
                "RUNBELL_AIRFLOW_USERNAME and RUNBELL_AIRFLOW_PASSWORD are for those"
            )
            raise ValueError(message)
        return value

    @field_validator("pagerduty_url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        parts = urlsplit(value)
        is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if not parts.hostname or parts.username or not (parts.scheme == "https" or is_here):
            message = "must start with https://, because it carries secrets, and hold no name or password"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Settings:
        found = {name: getattr(self, name) for name in WAYS_IN}
        given = [name for name, value in found.items() if value and value != SecretStr("")]
        if not given:
            message = (
                f"set {PREFIX}AIRFLOW_USERNAME and {PREFIX}AIRFLOW_PASSWORD (a service account), "
                f"{PREFIX}AIRFLOW_TOKEN, or another way to sign in (docs/operating.md, section Signing in)"
            )
            raise ValueError(message)
        if len(given) > 1:
            names = " and ".join(f"{PREFIX}{each.upper()}" for each in given)
            message = f"{names} are different ways to sign in to Airflow: set only one of them"
            raise ValueError(message)
        if self.airflow_client_id and not self.airflow_client_secret.get_secret_value():
            message = f"{PREFIX}AIRFLOW_CLIENT_ID needs {PREFIX}AIRFLOW_CLIENT_SECRET, too"
            raise ValueError(message)
        return self

    @property
    def lead(self) -> timedelta:
        """How long before its due moment a firing is handed over."""
        return timedelta(seconds=self.lead_seconds)

    @property
    def grace(self) -> timedelta:
        """How late a run may start without a word, if its schedule does not say."""
        return timedelta(minutes=self.grace_minutes)


def read_settings(**given: Any) -> Settings:
    """Return the settings of the environment, of .env in this folder, and of `given`.

    Raises WrongSettings.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        raise WrongSettings("\n".join(_problem(each) for each in error.errors())) from None


def unknown_settings() -> list[str]:
    """Return a sentence for each RUNBELL_ name, in the environment or .env, that is no setting."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    given = {name.upper() for name in (*os.environ, *dotenv_values(".env", encoding="utf-8"))}
    unknown = sorted(name for name in given - known if name.startswith(PREFIX))
    return [f"{name} is no setting.{_meant(name, known)}" for name in unknown]


def _meant(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.8)
    return f" Is {close[0]} meant?" if close else ""


def read_database_url() -> str:
    """Return the database's address, for commands that need the database alone."""

    class Database(BaseSettings):
        model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")
        database_url: str = str(Settings.model_fields["database_url"].default)

    return Database().database_url


def make_folder_of(database_url: str) -> None:
    """Create the folder of a SQLite file, for its owner alone: SQLite creates only the file."""
    if database_url.startswith("sqlite:///"):
        folder = Path(database_url.removeprefix("sqlite:///")).parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def keys_in(text: SecretStr) -> list[str]:
    """Return the keys of a list with commas, newest first."""
    return [each.strip() for each in text.get_secret_value().split(",") if each.strip()]


def _is_key(text: str) -> bool:
    """Return whether the text is a key: 32 bytes as cryptography's Fernet writes them."""
    try:
        return len(urlsafe_b64decode(text)) == 32  # noqa: PLR2004  Fernet's
    except ValueError:
        return False


def _problem(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if not where:
        return str(error["msg"]).removeprefix("Value error, ")
    name = f"{PREFIX}{where.upper()}"
    if error["type"] == "missing":
        return f"{name} is not set: {Settings.model_fields[where].description or 'it is needed'}"
    return f"{name}: {str(error['msg']).removeprefix('Value error, ')}"
