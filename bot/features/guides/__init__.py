"""Guides that need an admin's attention."""
