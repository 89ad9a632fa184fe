"""Roster, pseudonyms, roles and merging."""
