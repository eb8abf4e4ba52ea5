"""What a run's log, error and result repeat of its secret inputs, hidden before anybody reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.domain.repeated import without_values
from bot.domain.sealed import is_sealed
from bot.domain.secrets import names_a_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.ports import Airflow
    from bot.domain.run import Failure, Result, Run
    from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SecretsGiven:
    """The secret inputs of a run: their values, or their names if only Airflow knows what was given."""

    values: Mapping[str, Any]
    names: frozenset[str] = frozenset()

    def values_at(self, airflow: Airflow, run: Run) -> Mapping[str, Any]:
        """Return the values, asked of Airflow if only it has them. Raises Rejected and Unavailable."""
        found = airflow.run(run.key.dag_id, run.run_id) if self.names else None
        if found is None:
            return self.values
        return {
            name: value for name, value in found.conf.items() if name in self.names or names_a_secret(name)
        }


def secrets_given(tx: Transaction, run: Run) -> SecretsGiven:
    """Return the secret inputs of the run: the values that we gave, or else the names that its job has."""
    if run.firing_id is not None:
        firing = tx.firings.get(run.firing_id)
        kept = {} if firing is None else firing.inputs
        return SecretsGiven(tx.secrets.open({name: each for name, each in kept.items() if is_sealed(each)}))
    job = tx.jobs.get(run.key)
    secret = () if job is None else (each.name for each in job.inputs if each.is_secret)
    return SecretsGiven({}, frozenset(secret))


def failure_without(failure: Failure, secrets: Mapping[str, Any]) -> Failure:
    """Return the failure without these values."""
    error, log_tail = (without_values(each, secrets) for each in (failure.error, failure.log_tail))
    return replace(failure, error=error, log_tail=log_tail)


def result_without(result: Result, secrets: Mapping[str, Any]) -> Result:
    """Return the result without these values."""
    text, link = (without_values(each, secrets) for each in (result.text, result.link))
    return replace(result, text=text, link=link)
