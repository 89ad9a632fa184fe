"""The Web API: one small function a method, by family, and one registry."""
