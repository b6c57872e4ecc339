"""Candidates to agreed labels: the instrument, surveys, platforms, qualification, consensus. Imports only ``warehouse``."""
