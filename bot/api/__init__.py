"""HTTP endpoints for tools."""
