"""The daily roster import from Slack."""
