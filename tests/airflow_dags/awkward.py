"""For tests: what real jobs do and the sample jobs do not."""

from __future__ import annotations

from airflow.sdk import Param, dag, task

PARAMS = {
    "who": Param(type="string", minLength=1, title="Who asks"),
    "at": Param(None, type=["null", "string"], format="time", section="When"),
    "moment": Param(None, type=["null", "string"], format="date-time", section="When"),
    "share": Param(0.5, type="number", minimum=0, maximum=1),
    "names": Param(["a", "b"], type="array"),
    "extra": Param({"key": 1}, type=["object", "null"]),
    "fixed": Param("always", const="always"),
    "plain": "no schema at all",
}


@dag(dag_id="awkward", schedule=None, params=PARAMS, default_args={"retries": 0})
def awkward():
    @task
    def one_of_many(number: int) -> None:
        print(f"Number {number}")
        if number == 2:
            print("connecting to postgresql://loader:hunter2hunter2@db.example.com/sales")
            print("login with password=correct-horse and token: 'abc.def.ghi'")
            raise RuntimeError("refused: Authorization: Bearer 0123456789abcdef")

    one_of_many.expand(number=[1, 2, 3])


awkward()
