"""Office documents: Word, slides, sheets."""
