"""What the programme does in Slack: stories, Home, digests, alerts, champions, welcomes."""
