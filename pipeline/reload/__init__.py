"""Changed rules are taken over while Salver runs, at once and whole, or refused with the reason."""
