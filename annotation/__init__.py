"""Candidates to agreed labels: instrument, surveys, platforms, qualification, consensus. Imports only ``warehouse``."""

from valuenet.warehouse.waiting import wait_passively

wait_passively()  # before torch is imported, here or by a library
