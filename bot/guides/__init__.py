"""What is known of the guides from the index and the record together."""
