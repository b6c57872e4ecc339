"""Posts and comments from monthly dump files."""
