"""Votes, comments, savings and overrides."""
