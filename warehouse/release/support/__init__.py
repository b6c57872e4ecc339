"""Releases of support threads."""
