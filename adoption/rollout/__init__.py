"""Rollout waves: who gets the tools when, what was agreed beforehand, and what was decided."""
