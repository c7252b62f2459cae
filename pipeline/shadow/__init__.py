"""Rules that decide beside the live ones and change nothing: read from their file, reported on, made live."""
