"""FAQ entries drafted from replies."""
