"""The owner's rules: the closed language they are written in, what it asks about, and how a request is read by it."""
