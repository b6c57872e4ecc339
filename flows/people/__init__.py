"""Flows that ask people."""
