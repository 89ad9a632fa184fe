"""Views: what the templates of the page show."""
