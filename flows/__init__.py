"""The recipes. Only this package imports Prefect, reads settings, or chooses real or embedded services."""

from valuenet.warehouse.waiting import wait_passively

wait_passively()  # before torch is imported, here or by a library
