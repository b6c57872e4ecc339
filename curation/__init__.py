"""Corpora to candidates: Social-Chem-101, keywords and their review, retrieval. Imports only ``warehouse``."""
