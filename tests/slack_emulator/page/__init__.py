"""Tests of the browser page of the local workspace."""
