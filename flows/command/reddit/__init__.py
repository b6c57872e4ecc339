"""Commands of `valuenet reddit`."""
