"""Vocabulary, table contracts, storage and releases. Imports nothing else of this project."""

from valuenet.warehouse.waiting import wait_passively

wait_passively()  # before torch is imported, here or by a library
