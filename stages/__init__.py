"""The thinking: pure functions from one event to the next. No I/O, no clock, no randomness, no async."""
