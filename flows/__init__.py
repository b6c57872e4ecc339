"""The recipes. Only this package imports Prefect, reads settings, or chooses real or embedded services."""
