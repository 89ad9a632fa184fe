"""Questions asked in Slack."""
