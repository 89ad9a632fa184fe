"""The rules of the platform: messages, events, ids and response addresses."""
