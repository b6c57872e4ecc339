"""Which months of a community were read, and what is missing."""
