"""Explanations, profiles, radar charts, and the circle of values."""
