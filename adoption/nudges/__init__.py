"""Nudges: one kind message with something to try, to people who have a tool and don't use it."""
