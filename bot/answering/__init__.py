"""From a question to its answer: pipeline, delivery, streaming, edits, cancellation, threads."""
