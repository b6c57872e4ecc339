"""A small local page to try a value model, and the same model as a JSON service."""
