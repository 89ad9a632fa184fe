"""Training: courses, sessions, seats, and what people completed."""
