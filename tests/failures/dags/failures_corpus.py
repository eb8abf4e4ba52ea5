"""Jobs that fail in the ways of the world; `make_corpus.py` runs them on a real Airflow and keeps their logs.

One task is one way to fail. None needs a service, so a few only print what a service's client would.
"""

# ruff: noqa: B904, PLR0915, RUF100, S605, S607

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

from airflow.exceptions import AirflowException, AirflowFailException, AirflowSensorTimeout
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import (
    BranchPythonOperator,
    ExternalPythonOperator,
    PythonOperator,
)
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, BaseHook, task

SHELL = {
    "psql_refused": """echo "loading orders"
echo 'psql: error: connection to server at "db" (10.0.0.5), port 5432 failed: Connection refused' >&2
exit 3""",
    "psql_column": """cat >&2 <<'END'
psql:load.sql:7: ERROR:  column "amout" does not exist
LINE 1: select amout from orders
               ^
HINT:  Perhaps you meant to reference the column "orders.amount".
END
exit 3""",
    "psql_password": """echo 'psql: error: FATAL:  password authentication failed for user "loader"'; exit 2""",
    "java": """cat >&2 <<'END'
INFO: reading /data/in
Exception in thread "main" java.lang.IllegalStateException: no input files
\tat com.acme.etl.Reader.open(Reader.java:41)
\tat com.acme.etl.Main.main(Main.java:12)
END
exit 1""",
    "java_caused_by": """cat >&2 <<'END'
Exception in thread "main" java.lang.RuntimeException: job aborted
\tat com.acme.etl.Main.main(Main.java:12)
Caused by: java.io.FileNotFoundException: /data/in/2026-05-01.csv (No such file or directory)
\tat java.base/java.io.FileInputStream.open0(Native Method)
\t... 3 more
END
exit 1""",
    "spark": """cat >&2 <<'END'
26/11/28 10:00:01 INFO SparkContext: Running Spark version 4.0.1
26/11/28 10:00:02 WARN NativeCodeLoader: Unable to load native-hadoop library for your platform
26/11/28 10:00:09 ERROR SparkSubmit: org.apache.spark.sql.AnalysisException: Table not found: orders
26/11/28 10:00:09 INFO ShutdownHookManager: Shutdown hook called
26/11/28 10:00:09 INFO ShutdownHookManager: Deleting directory /tmp/spark-1
END
exit 1""",
    "not_found": "dbtt run --select orders",
    "dbt": """cat <<'END'
10:00:01  Running with dbt=1.10.4
10:00:03  1 of 2 OK created sql table model public.customers ... [SELECT 12 in 0.10s]
10:00:04  2 of 2 ERROR creating sql table model public.orders .. [ERROR in 0.09s]
10:00:04  Completed with 1 error, 0 partial successes, and 0 warnings:
10:00:04
10:00:04  Failure in model orders (models/orders.sql)
10:00:04    Database Error in model orders (models/orders.sql)
  column "amout" does not exist
  LINE 3: select amout
  compiled code at target/run/orders.sql
10:00:04
10:00:04  Done. PASS=1 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=2
END
exit 1""",
    "python_script": 'python3 -c \'rows = {}\nprint("reading")\nprint(rows["amount"])\'',
    "python_script_chained": """python3 - <<'END'
try:
    int("x")
except ValueError as error:
    raise RuntimeError("row 7 of orders.csv: amount is no number") from error
END""",
    "silent": "exit 4",
    "false_after_work": """echo "Checking yesterday's orders"; echo "0 of 240 orders have a price"; exit 1""",
    "curl": """echo 'curl: (22) The requested URL returned error: 404' >&2; exit 22""",
    "permission": """f=$(mktemp); chmod -x $f; $f""",
    "no_such_file": "cat /data/in/2026-05-01.csv | wc -l; test -e /data/in/2026-05-01.csv",
    "killed_inside": """bash -c 'kill -9 $$'; exit $?""",
    "cleans_up_after": """echo "ERROR: disk quota exceeded on /data/out" >&2
echo "removing temporary files"; echo "bye"; exit 1""",
    "coloured": r"""printf '\033[0m10:00:04  \033[31mERROR: Compilation failed: unknown macro ref2\033[0m\n'; exit 2""",
    "make": """cat >&2 <<'END'
gcc -c report.c
report.c:3:5: error: expected ';' before 'return'
make: *** [Makefile:2: report.o] Error 1
END
exit 2""",
    "node": """cat >&2 <<'END'
node:internal/modules/cjs/loader:1228
  throw err;
  ^

Error: Cannot find module 'csv-parse'
Require stack:
- /opt/load.js
    at Function._resolveFilename (node:internal/modules/cjs/loader:1225:15)
    at node:internal/main/run_main_module:36:49 {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/opt/load.js' ]
}

Node.js v22.11.0
END
exit 1""",
    "aws": """echo 'fatal error: An error occurred (404) when calling the HeadObject operation: Not Found'; exit 1""",
    "ssh": """echo 'ssh: connect to host sftp.acme.example port 22: Connection timed out' >&2; exit 255""",
    "progress_bar": """for i in 1 2 3; do echo "$i of 3"; done
echo "Error: checksum of part 3 differs" >&2; echo "3 parts, 1 bad"; exit 1""",
    "warns_first": """echo "WARNING: 3 rows have no region"; echo "error: refused: 12 rows without a customer"; exit 1""",
    "bash_times_out": "echo started; sleep 60",
}


def value_error():
    raise ValueError("the job itself: 12 orders have no price")


def key_error():
    return {}["amount"]


def chained():
    try:
        int("x")
    except ValueError as error:
        raise RuntimeError("orders.csv could not be read") from error


def blank_lines_first():
    raise RuntimeError("\n\nORA-00942: table or view does not exist")


def query_failed():
    raise RuntimeError("Query failed:\nSELECT x, y\nFROM orders\nERROR: column x does not exist")


def two_uploads():
    raise ExceptionGroup(
        "two uploads failed", [ValueError("a.csv is empty"), OSError("b.csv: permission denied")]
    )


def exits_with_words():
    sys.exit("No rows for 2026-05-01")


def exits_with_number():
    print("checking")
    sys.exit(3)


def sleeps():
    time.sleep(60)


def hook_without_connection():
    BaseHook.get_connection("warehouse_of_sales")


def module_missing():
    import snowflake_orders  # noqa: F401, PLC0415


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


def gone():
    os._exit(7)


def licence():
    raise AirflowFailException("the licence of the tool has ended")


class OperationalError(Exception):
    """As SQLAlchemy words it."""


def database_down():
    raise OperationalError(
        '(psycopg2.OperationalError) connection to server at "db" (10.0.0.5), port 5432 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n\n"
        "(Background on this error at: https://sqlalche.me/e/20/e3q8)"
    )


class ProgrammingError(Exception):
    """As Snowflake words it."""


def snowflake():
    raise ProgrammingError(
        "001003 (42000): 01b2-0a-00: SQL compilation error:\nsyntax error line 1 at position 7 unexpected 'FORM'."
    )


def subprocess_fails():
    done = subprocess.run(["cat", "/data/none.csv"], capture_output=True, text=True, check=False)
    print(done.stderr)
    done.check_returncode()


def sensor_gave_up():
    raise AirflowSensorTimeout(
        "Sensor has timed out; run duration of 30.1 seconds exceeds the specified timeout of 30.0."
    )


def logs_then_fails():
    logging.getLogger("orders").error("row 7: bad date 31/02")
    raise RuntimeError("import failed: 1 of 240 rows is bad")


def logs_after_failing():
    try:
        raise ValueError("orders.csv has no header")
    finally:
        logging.getLogger("orders").error("could not remove the temporary folder")


def assertion():
    rows = 0
    assert rows > 0


def no_words():
    class OrdersMissing(Exception):
        pass

    raise OrdersMissing


def html_answer():
    raise AirflowException(
        "Response of the shop's API: 502\n<html><head><title>Bad Gateway</title></head><body>x</body></html>"
    )


def secret_in_it():
    raise ConnectionError("could not reach postgresql://loader:hunter2hunter2@db.example.com/sales")


def validation():
    raise ValueError(
        "1 validation error for Order\namount\n  Input should be a valid number [type=float_type, input_value='x']\n"
        "    For further information visit https://errors.pydantic.dev/2.11/v/float_type"
    )


def http_404():
    raise OSError("404 Client Error: Not Found for url: https://shop.example.com/api/orders?day=2026-05-01")


def deep_chain():
    try:
        try:
            raise ConnectionResetError("Connection reset by peer")
        except ConnectionResetError:
            raise TimeoutError("the shop did not answer")
    except TimeoutError:
        raise AirflowException("orders of 2026-05-01 could not be loaded")


def none_subscript():
    return None["rows"]


def long_words():
    raise RuntimeError("line too long: " + "x" * 3000)


def inside_another_python():
    raise ValueError("inside the other Python: no such column amout")


def callback_breaks(_context):
    raise RuntimeError("callback broke, too")


def callback_logs(_context):
    logging.getLogger("alerts").error("pager did not answer")


PYTHON = [
    value_error, key_error, chained, blank_lines_first, query_failed, two_uploads, exits_with_words,
    exits_with_number, hook_without_connection, module_missing, killed, gone, licence, database_down, snowflake,
    subprocess_fails, sensor_gave_up, logs_then_fails, logs_after_failing, assertion, no_words, html_answer,
    secret_in_it, validation, http_404, deep_chain, none_subscript, long_words,
]  # fmt: skip

with DAG("failures_corpus", schedule=None, is_paused_upon_creation=False, default_args={"retries": 0}):
    for name, command in SHELL.items():
        limit = timedelta(seconds=4) if name == "bash_times_out" else None
        BashOperator(task_id=f"shell_{name}", bash_command=command, execution_timeout=limit)
    for each in PYTHON:
        PythonOperator(task_id=each.__name__, python_callable=each)
    PythonOperator(task_id="times_out", python_callable=sleeps, execution_timeout=timedelta(seconds=5))
    PythonOperator(
        task_id="callback_fails_too", python_callable=value_error, on_failure_callback=callback_breaks
    )
    PythonOperator(
        task_id="callback_logs_an_error", python_callable=value_error, on_failure_callback=callback_logs
    )
    ExternalPythonOperator(
        task_id="other_python", python=sys.executable, python_callable=inside_another_python
    )
    BranchPythonOperator(task_id="branch_to_nowhere", python_callable=lambda: "nowhere")
    BashOperator(task_id="template_breaks", bash_command="echo {{ params.month }} {{ nothing.there }}")
    TriggerDagRunOperator(
        task_id="child_fails", trigger_dag_id="failures_child", wait_for_completion=True, poke_interval=2
    )
    TriggerDagRunOperator(
        task_id="child_fails_deferred",
        trigger_dag_id="failures_child",
        wait_for_completion=True,
        deferrable=True,
        poke_interval=2,
    )

    @task.bash
    def decorated_shell() -> str:
        return "echo 'ERROR: no space left on device' >&2; exit 5"

    @task
    def printed_then_raised():
        print("Traceback (most recent call last): this is only printed")
        raise ValueError("the price list is from yesterday")

    decorated_shell()
    printed_then_raised()

with DAG("failures_child", schedule=None, is_paused_upon_creation=False, default_args={"retries": 0}):

    @task
    def breaks():
        raise ValueError("the child broke: disk full")

    breaks()
