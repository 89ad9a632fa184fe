"""Feedback on a tool or the programme."""
