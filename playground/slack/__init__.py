"""A local Slack workspace for any Bolt app: what Slack does, as strictly as Slack, and a page to use it."""
