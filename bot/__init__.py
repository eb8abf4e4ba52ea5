"""Runbell: schedule, run and watch shared Airflow jobs from Slack."""
