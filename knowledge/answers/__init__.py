"""Answers: quoting, composing, follow-ups, evaluation."""
