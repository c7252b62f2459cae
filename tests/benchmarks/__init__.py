"""Scripts that measure; none of them is collected as a test."""
