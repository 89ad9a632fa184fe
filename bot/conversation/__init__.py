"""Questions, and what was asked before in their threads."""
