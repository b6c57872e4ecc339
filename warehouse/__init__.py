"""Vocabulary, table contracts, storage and releases. Imports nothing else of this project."""
