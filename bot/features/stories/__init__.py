"""Success stories."""
