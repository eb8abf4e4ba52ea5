"""Further ways to fail: databases, clusters, signals, time-outs, and tasks that are lost without a word."""

# ruff: noqa: B904, RUF100, S102, S607

from __future__ import annotations

import os
import signal
from datetime import timedelta

from airflow.exceptions import AirflowException
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.providers.standard.sensors.python import PythonSensor
from airflow.sdk import DAG, BaseOperator

SHELL = {
    "segfault": "bash -c 'kill -SEGV $$'; exit $?",
    "terminated": "bash -c 'kill -TERM $$'; exit $?",
    "interrupted": "echo 'reading part 3'; exit 130",
    "mysql": """echo "ERROR 1045 (28000): Access denied for user 'loader'@'10.0.0.7' (using password: YES)" >&2; exit 1""",
    "bq": """cat >&2 <<'END'
Error in query string: Error processing job 'shop:bqjob_r1': Unrecognized name:
amout at [1:8]
END
exit 1""",
    "pip": """cat >&2 <<'END'
ERROR: Could not find a version that satisfies the requirement orders==9 (from versions: 1, 2)
ERROR: No matching distribution found for orders==9

[notice] A new release of pip is available: 25.0 -> 26.0
END
exit 1""",
    "terraform": r"""printf '\033[31m╷\033[0m\n\033[31m│\033[0m Error: Invalid provider configuration\n│\n│ on main.tf line 3\n╵\n'; exit 1""",
    "set_e_pipe": "set -eo pipefail; grep -c price /data/none.csv | sort",
    "kubectl": """echo 'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:etl" cannot list resource "pods"' >&2; exit 1""",
    "traceback_then_log": """python3 -c 'import json; json.loads("{")'; code=$?; echo "cleaning up"; exit $code""",
    "long_line": """python3 -c 'print("x" * 100000)'; echo "fatal: disk full" >&2; exit 1""",
}


def syntax_error():
    exec(compile("total = (1 +\nprint(total)", "orders.py", "exec"))


def key_error_number():
    return {}[7]


def assertion_with_words():
    assert not [1, 2], "two orders have no customer"


class OperationalError(Exception):
    """As MySQL's clients word it."""


class IntegrityError(Exception):
    """As PostgreSQL's clients word it."""


class BadRequest(Exception):
    """As BigQuery words it."""


class DatabaseError(Exception):
    """As Oracle words it."""


class Py4JJavaError(Exception):
    """As Spark words it."""


class RetryError(Exception):
    """As tenacity words it."""


def mysql():
    raise OperationalError(1045, "Access denied for user 'loader'@'10.0.0.7' (using password: YES)")


def mysql_by_sqlalchemy():
    raise OperationalError(
        "(pymysql.err.ProgrammingError) (1146, \"Table 'shop.order' doesn't exist\")\n"
        "[SQL: SELECT * FROM `order` WHERE day = %s]\n[parameters: ('2026-05-01',)]\n"
        "(Background on this error at: https://sqlalche.me/e/20/f405)"
    )


def postgres_unique():
    raise IntegrityError(
        'duplicate key value violates unique constraint "orders_pkey"\nDETAIL:  Key (id)=(7) already exists.\n'
    )


def bigquery():
    raise BadRequest(
        "400 POST https://bigquery.googleapis.com/bigquery/v2/projects/shop/jobs?prettyPrint=false: "
        'Syntax error: Expected end of input but got identifier "FORM" at [1:10]\n\nLocation: EU\n'
        "Job ID: 2f0d6f3e-1c1a-4a43-9a0b-8f4d5e6f7a8b\n"
    )


def oracle():
    raise DatabaseError(
        "ORA-01017: invalid username/password; logon denied\nHelp: https://docs.oracle.com/error-help/db/ora-01017/"
    )


def spark_by_py4j():
    raise Py4JJavaError(
        "An error occurred while calling o45.save.\n"
        ": org.apache.spark.SparkException: Job aborted.\n"
        "\tat org.apache.spark.sql.Writer.save(Writer.scala:41)\n"
        "Caused by: java.io.FileNotFoundException: s3://shop/in/2026-05-01.csv\n\t... 3 more\n"
    )


def wrapped_in_airflow():
    try:
        raise OSError("disk quota exceeded on /data/out")
    except OSError as error:
        raise AirflowException("Job failed") from error


def wrapped_again():
    try:
        raise ValueError("12 orders have no price")
    except ValueError as error:
        raise AirflowException(str(error)) from error


def retried_by_tenacity():
    try:
        raise ConnectionError("the shop did not answer")
    except ConnectionError as error:
        raise RetryError("RetryError[<Future at 0x7f state=finished raised ConnectionError>]") from error


def pod_out_of_memory():
    print("[base] reading 40 files")
    raise AirflowException(
        "Pod load-orders-x7k2 returned a failure.\nremote_pod: {'status': {'container_statuses': [{'state': "
        "{'terminated': {'exit_code': 137, 'reason': 'OOMKilled'}}}]}}"
    )


def pod_failed():
    print("[base] ERROR: no orders for 2026-05-01")
    raise AirflowException("Pod load-orders-x7k2 returned a failure.\nremote_pod: {'status': {'phase': 'Failed'}}")


def pod_image():
    raise AirflowException(
        "Pod docker image cannot be pulled, unable to start: ErrImagePull\nfailed to pull and unpack image"
    )


def group_in_group():
    raise ExceptionGroup("loading failed", [ExceptionGroup("part 2", [ValueError("a.csv is empty")])])


def lost():
    """As when the machine goes away: the task and who watches it end without a word."""
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


class WaitsForNothing(BaseOperator):
    """Deferred, and never woken."""

    def execute(self, context):
        from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger  # noqa: PLC0415

        self.defer(
            trigger=TimeDeltaTrigger(timedelta(hours=1)), method_name="done", timeout=timedelta(seconds=4)
        )

    def done(self, context, event=None):
        """Never called."""


PYTHON = [
    syntax_error, key_error_number, assertion_with_words, mysql, mysql_by_sqlalchemy, postgres_unique, bigquery,
    oracle, spark_by_py4j, wrapped_in_airflow, wrapped_again, retried_by_tenacity, pod_out_of_memory, pod_failed,
    pod_image, group_in_group, lost,
]  # fmt: skip

with DAG("more_failures", schedule=None, is_paused_upon_creation=False, default_args={"retries": 0}):
    for name, command in SHELL.items():
        BashOperator(task_id=f"shell_{name}", bash_command=command)
    for each in PYTHON:
        PythonOperator(task_id=each.__name__, python_callable=each)
    PythonSensor(task_id="sensor_times_out", python_callable=lambda: False, poke_interval=1, timeout=3)
    PythonSensor(
        task_id="sensor_times_out_resting",
        python_callable=lambda: False,
        poke_interval=2,
        timeout=3,
        mode="reschedule",
    )
    WaitsForNothing(task_id="deferred_too_long")
