"""The weekly digest and alerts."""
