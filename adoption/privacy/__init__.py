"""Minimum group size, redaction, personal data and retention."""
