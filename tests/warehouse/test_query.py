"""SQL over the tables, and over nothing else."""

from pathlib import Path

import pytest

from tests.warehouse.test_store import gold, scenarios
from valuenet.warehouse.crowd_tables import Gold
from valuenet.warehouse.query import QueryError, run_sql
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Scenarios


@pytest.fixture
def store(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse")
    made.write(Scenarios, scenarios(10), recipe="r")
    made.append(Gold, gold(2, 5))
    return made


def test_tables_are_joined_by_name_whatever_the_case(store: Warehouse) -> None:
    rows = run_sql(store, "SELECT g.label, count(*) AS n FROM GOLD g JOIN Scenarios s USING (scenario_id) GROUP BY 1")
    assert rows.to_dict("records") == [{"label": "yes", "n": 3}]


def test_a_wrong_name_lists_the_tables_there_are(store: Warehouse) -> None:
    with pytest.raises(QueryError, match=r"scenario.*scenarios, gold"):
        run_sql(store, "select * from scenario")


@pytest.mark.parametrize("query", ["select * from read_csv('/etc/passwd')", "copy (select 1) to '/tmp/x.csv'"])
def test_sql_reaches_no_file(store: Warehouse, query: str) -> None:
    with pytest.raises(QueryError):
        run_sql(store, query)


@pytest.mark.parametrize("query", ["", " ", "-- a comment", "/* nothing */", ";", "-- a\n;", "select 1; select 2"])
def test_what_is_not_one_statement_is_one_sentence(tmp_path, query):
    with pytest.raises(QueryError, match=r"holds (no statement|2 statements) of SQL; give one"):
        run_sql(Warehouse(tmp_path), query)


@pytest.mark.parametrize("query", ["select 1 -- one", "/* first */ select 1;", "select 1;"])
def test_a_comment_beside_a_statement_is_no_matter(tmp_path, query):
    assert run_sql(Warehouse(tmp_path), query).to_numpy().tolist() == [[1]]
