"""The index: passages, vectors, versions."""
