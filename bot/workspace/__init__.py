"""A Slack on this computer: the platform's rules, without an account."""
