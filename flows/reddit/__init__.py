"""Flows of a Reddit community."""
