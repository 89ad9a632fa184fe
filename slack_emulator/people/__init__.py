"""People of the workspace: what they do, what they see, and how the app hears of it."""
