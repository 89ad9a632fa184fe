"""The health of the guides."""
