"""Releases and warehouses as they lie on disk, to be compared."""

from pathlib import Path

from valuenet.warehouse.store import TableState, Warehouse


def bytes_of(release: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a release by its name."""
    return {str(file.relative_to(release)): file.read_bytes() for file in release.rglob("*") if file.is_file()}


def listing(folder: Path) -> dict[str, int]:
    """Return the size of every file below a folder, hidden ones too; empty where there is no such folder."""
    return {str(file.relative_to(folder)): file.stat().st_size for file in folder.rglob("*") if file.is_file()}


def table_states(warehouse: Path) -> dict[str, TableState | None]:
    """Return the newest commit of every table by name."""
    store = Warehouse(warehouse)
    return {table.table_name(): store.state(table) for table in store.tables()}
