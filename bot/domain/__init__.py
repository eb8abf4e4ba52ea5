"""What Runbell is about; pure: no I/O, no clock of its own, no Slack, no SQL."""
