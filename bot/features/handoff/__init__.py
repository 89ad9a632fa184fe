"""Questions handed over to a person."""
