"""Markup languages: Markdown in its dialects, HTML, reStructuredText."""
