"""Corpora to candidates: Social-Chem-101, keywords and their review, retrieval. Imports only ``warehouse``."""

from valuenet.warehouse.waiting import wait_passively

wait_passively()  # before torch is imported, here or by a library
