"""What Airflow and Slack know is copied here: jobs, people and user groups."""
