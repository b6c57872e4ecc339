"""The same warehouse at an s3:// URI, on a loopback server."""

from tests.warehouse.test_store import gold, scenarios
from valuenet.warehouse.crowd_tables import Gold
from valuenet.warehouse.query import run_sql
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Scenarios


def test_a_warehouse_on_s3_writes_grows_and_answers_sql(s3_bucket: str) -> None:
    store = Warehouse(f"s3://{s3_bucket}/warehouse")
    old = store.write(Scenarios, scenarios(20), recipe="r")
    store.write(Scenarios, scenarios(30), recipe="r")
    assert store.append(Gold, gold(0, 5)) == 5
    assert store.append(Gold, gold(3, 8)) == 3
    assert len(store.read(Scenarios, old.version)) == 20
    assert len(store.history(Gold)) == 2
    joined = run_sql(store, "select count(*) as n from gold join scenarios using (scenario_id)")
    assert joined["n"].tolist() == [8]
