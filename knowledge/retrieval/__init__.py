"""Finding passages and judging confidence."""
