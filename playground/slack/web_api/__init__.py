"""Slack's Web API, as far as an app like ours uses it."""
