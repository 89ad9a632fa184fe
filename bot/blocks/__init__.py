"""Messages and dialogs: pure functions from data to Block Kit."""
