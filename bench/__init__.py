"""Figures against peers and limits; run on request, never in the tests."""
