"""Shows answers in Slack: posted, streamed, edited, cancelled, or for the asker alone."""
