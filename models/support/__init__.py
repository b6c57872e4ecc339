"""Outcomes of support conversations."""
