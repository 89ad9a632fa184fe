"""From a question to its answer: search, generation, edits, and what is stored of it."""
