"""Questions, answers and what became of them."""
