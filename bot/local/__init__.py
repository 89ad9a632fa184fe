"""Uptake without a Slack account: the practice workspace and the terminal."""
