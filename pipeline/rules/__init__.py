"""The owner's rules as files: read, checked, shown in words, kept with their history."""
