"""Backup, retention and evaluation of an installation."""
