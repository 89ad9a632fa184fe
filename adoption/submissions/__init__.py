"""Stories and FAQ entries: draft, review, published."""
