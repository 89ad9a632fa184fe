"""The tokens by which AI tools ask in somebody's name."""
