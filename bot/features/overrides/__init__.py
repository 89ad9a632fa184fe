"""Overridden recommendations."""
