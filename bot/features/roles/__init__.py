"""Admins, champions and refused attempts."""
