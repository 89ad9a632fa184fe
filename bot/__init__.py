"""What people see and press in Slack, and the commands of the terminal."""
