"""Settings of the flows."""
