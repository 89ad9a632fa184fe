"""The ways between workspace and app: Socket Mode, HTTP, and the server."""
