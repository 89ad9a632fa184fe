"""Sources of guides and their schedule."""
