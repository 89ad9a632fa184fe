"""The local workspace, with Slack's own clients as its only callers."""
