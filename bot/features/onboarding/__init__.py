"""Greetings and suggested prompts."""
