"""Who does what in the programme."""
