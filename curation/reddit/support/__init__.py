"""Support examples and preference pairs from exchanges."""
