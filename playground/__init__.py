"""A local Slack workspace and a local Airflow, to try and to test everything; imports nothing of the rest."""
