"""The browser page of the local workspace."""
