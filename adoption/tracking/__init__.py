"""What is tracked from week to week: themes, follow-ups, targets, alerts."""
