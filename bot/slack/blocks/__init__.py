"""Builders for Block Kit."""
