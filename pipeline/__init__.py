"""The machinery: everything that touches the world."""
