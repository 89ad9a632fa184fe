"""Training that people completed."""
