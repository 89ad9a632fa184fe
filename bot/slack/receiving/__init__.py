"""What comes from Slack, however it comes, and what should have come and did not."""
