"""`salver setup` and `salver address`: from nothing to the first sorted mail, asked in plain words and then proven."""
