"""The arrays: a file mapped back is what was built, and is what the graph says."""

from pathlib import Path

import pytest

from kg import facets, queries
from kg.arrays import FACETS, KINDS, Arrays, Relation
from kg.conditions import Condition
from kg.errors import UnknownThing
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
    for name in FACETS:
        built_facet, read_facet = world.arrays.facet(name), mapped.facet(name)
        for relation in ("of", "stated", "found"):
            assert _rows(getattr(read_facet, relation)) == _rows(getattr(built_facet, relation))


def test_numbers_are_in_the_order_of_names(world: Store) -> None:
    for kind in KINDS:
        labels = [label.casefold() for label in world.arrays.taxonomy(kind).labels if label]
        assert labels == sorted(labels)
    above = world.arrays.taxonomy("condition").above
    assert all(row == sorted(row) for row in _rows(above))


@pytest.mark.parametrize(
    ("facet", "thing", "query"),
    [
        ("symptom", "HP:0001332", "conditions-by-symptom"),
        ("symptom", "HP:0000473", "conditions-by-symptom"),
        ("site", "UBERON:0007811", "conditions-at-site"),
    ],
)
def test_what_is_found_is_what_the_query_finds(
    world: Store, facet: str, thing: str, query: str
) -> None:
    arrays, conditions = world.arrays.facet(facet), world.arrays.taxonomy("condition")
    rows = queries.run(world, query, **{query.rpartition("-")[2]: thing})
    found = arrays.found[arrays.things.numbers[expand(thing)]]
    assert {conditions.iris[n] for n in found} == {row["condition"] for row in rows} != set()


def test_demands_are_met_together(world: Store) -> None:
    dystonic, dystonia = expand("MONDO:0003441"), expand("HP:0001332")
    rows = queries.run(
        world, "types-with-symptom", condition="dystonic disorder", symptom="HP:0001332"
    )
    found = facets.conditions(world, among=dystonic, symptom=dystonia)
    assert found == [(row["type"], row["label"]) for row in rows] != []
    nih = expand("authority:nih")
    assert set(facets.conditions(world, symptom=dystonia, authority=nih)) < set(found)
    everything = facets.conditions(world)
    assert len(everything) == len(world.arrays.taxonomy("condition").iris)
    with pytest.raises(UnknownThing, match="no phenotype 'MONDO:0003441'"):
        facets.conditions(world, symptom=dystonic)


@pytest.mark.parametrize("name", ["dystonic disorder", "focal dystonia", "human disease"])
def test_what_types_have_is_what_the_queries_say(world: Store, name: str) -> None:
    condition = Condition.find(world, name)
    for query, column, said in (
        ("sites-of-types", "site", condition.sites_of_types),
        ("symptoms-of-types", "phenotype", condition.symptoms_of_types),
        ("causes-of-types", "agent", condition.associated_of_types),
        ("rarity-of-types", "authority", condition.rarity_of_types),
        ("narrower-direct", "narrower", condition.narrower),
    ):
        rows = queries.run(world, query, condition=f"<{condition.iri}>")
        count = next(c for c in ("types", "below") if c in rows.columns)
        assert [(t.iri, t.count) for t in said] == [(row[column], row[count]) for row in rows]


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
