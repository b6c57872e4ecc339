"""A campaign among people: its state, its answers, and its end."""
