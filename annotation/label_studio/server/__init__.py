"""A Label Studio server on this machine: install, start, stop."""
