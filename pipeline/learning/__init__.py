"""What the owner's corrections teach: looked for, proposed, answered, kept in a file, listed, forgotten."""
