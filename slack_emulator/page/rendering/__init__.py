"""Rendering: Slack text and Block Kit as HTML."""
