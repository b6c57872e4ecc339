"""Value models side by side."""
