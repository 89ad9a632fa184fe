"""Decisions on guides, and how the guides fare."""
