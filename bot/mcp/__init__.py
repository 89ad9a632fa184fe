"""The MCP server: AI tools ask Uptake in a person's name, and log what became of their advice."""
