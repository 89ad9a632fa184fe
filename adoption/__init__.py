"""What happened, and what it means: the record, the measures, the digest."""
