"""Posts and comments from Reddit's API."""
