"""The adoption report."""
