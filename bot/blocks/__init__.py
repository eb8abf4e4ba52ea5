"""Domain -> Block Kit; pure. Built with slack_sdk's models, so that a limit is a failing unit test."""
