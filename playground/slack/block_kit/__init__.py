"""Block Kit's rules: what Slack refuses, with the pointer to where it stands."""
