"""A local Slack workspace: what a Bolt app meets of Slack, and a page to meet the app."""
