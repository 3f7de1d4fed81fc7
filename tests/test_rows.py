"""Rows read straight from the graph are those of the named queries, in their order."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import queries
from kg.rows import READERS, Reading, read
from kg.store import Store

WORLD = Path(__file__).parent / "fixtures" / "world.trig"


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


def of_query(store: Store, name: str, condition: str) -> list[dict[str, queries.Value]]:
    return list(queries.run(store, name, condition=ox.NamedNode(condition)))


@pytest.mark.parametrize("name", sorted(READERS))
def test_of_the_tiny_world(world: Store, name: str) -> None:
    conditions = [entry.iri for entry in world.names.entries() if "Condition" in entry.kind]
    rows = [row for condition in set(conditions) for row in of_query(world, name, condition)]
    assert rows == [
        row for condition in set(conditions) for row in read(Reading(world, condition), name)
    ]
    assert rows


@pytest.mark.parametrize("name", sorted(READERS))
def test_of_the_embedded_graph(embedded_store: Store, name: str) -> None:
    conditions = sorted(embedded_store.arrays.taxonomy("condition").iris)[::600]
    for condition in conditions:
        asked = read(Reading(embedded_store, condition), name)
        assert asked == of_query(embedded_store, name, condition)
    assert len(conditions) > 40
