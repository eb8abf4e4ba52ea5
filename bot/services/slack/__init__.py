"""What Slack knows: people, user groups, channels, and which of its deliveries came twice."""
