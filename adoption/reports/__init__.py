"""Digest, report, alerts and recommendations."""
