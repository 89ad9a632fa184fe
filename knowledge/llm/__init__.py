"""The language model and its limits."""
