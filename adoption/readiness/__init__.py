"""The readiness checklist of each wave: what must be there before it goes live."""
