"""Candidates to agreed labels: instrument, surveys, platforms, qualification, consensus. Imports only ``warehouse``."""
