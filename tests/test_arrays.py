"""The arrays: a file mapped back is what was built, and is what the graph says."""

from pathlib import Path

import pytest

from kg import queries
from kg.arrays import KINDS, Arrays, Relation
from kg.identifiers import expand
from kg.store import Store

WORLD = Path(__file__).parent / "fixtures" / "world.trig"


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


def _rows(relation: Relation) -> list[list[int]]:
    return [list(relation[number]) for number in range(len(relation))]


def test_a_file_mapped_back_is_the_same(world: Store, tmp_path: Path) -> None:
    world.arrays.write(tmp_path / "arrays.bin")
    mapped = Arrays.open(tmp_path / "arrays.bin")
    for kind in KINDS:
        built, read = world.arrays.taxonomy(kind), mapped.taxonomy(kind)
        assert (read.iris, read.labels, read.numbers) == (built.iris, built.labels, built.numbers)
        for name in ("parents", "children", "above", "below"):
            assert _rows(getattr(read, name)) == _rows(getattr(built, name))
    for name in ("symptoms", "conditions", "with_symptom"):
        assert _rows(getattr(mapped, name)) == _rows(getattr(world.arrays, name))


def test_numbers_are_in_the_order_of_names(world: Store) -> None:
    for kind in KINDS:
        labels = [label.casefold() for label in world.arrays.taxonomy(kind).labels if label]
        assert labels == sorted(labels)
    above = world.arrays.taxonomy("condition").above
    assert all(row == sorted(row) for row in _rows(above))


@pytest.mark.parametrize("symptom", ["HP:0001332", "HP:0000473"])
def test_conditions_with_a_symptom_are_those_of_the_query(world: Store, symptom: str) -> None:
    conditions, phenotypes = world.arrays.taxonomy("condition"), world.arrays.taxonomy("phenotype")
    number = phenotypes.numbers[expand(symptom)]
    rows = queries.run(world, "conditions-by-symptom", symptom=symptom)
    found = {conditions.iris[n] for n in world.arrays.with_symptom[number]}
    assert found == {row["condition"] for row in rows}


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "arrays.bin").write_bytes(b"something else\n")
    with pytest.raises(OSError, match="no file of arrays"):
        Arrays.open(tmp_path / "arrays.bin")


def test_nothing_at_all(tmp_path: Path) -> None:
    nothing = Store.in_memory("")
    nothing.arrays.write(tmp_path / "arrays.bin")
    taxonomy = Arrays.open(tmp_path / "arrays.bin").taxonomy("condition")
    assert taxonomy.iris == taxonomy.labels == []
    assert len(taxonomy.above) == 0
