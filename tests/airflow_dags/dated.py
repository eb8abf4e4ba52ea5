"""A job that cannot do without its date, as most jobs in the world."""

from datetime import datetime

from airflow.sdk import dag, task


@dag(schedule=None, is_paused_upon_creation=False)
def dated():
    @task
    def template(ds=None, data_interval_start=None, data_interval_end=None, logical_date=None):
        assert ds == logical_date.strftime("%Y-%m-%d"), ds
        assert isinstance(data_interval_start, datetime)
        assert data_interval_start <= data_interval_end

    @task.bash
    def shell() -> str:
        return "echo {{ ds }} {{ data_interval_end }} {{ macros.ds_add(ds, 1) }}"

    template() >> shell()


dated()
