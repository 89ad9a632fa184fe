"""The only code that calls Slack."""
