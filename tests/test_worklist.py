"""Findings as rows: which source to mend, and where."""

import csv
import io
from pathlib import Path

from kg.store import Store
from kg.validation import validate
from kg.worklist import COLUMNS, findings, to_summary, to_table

WORLD = Path(__file__).parent / "fixtures" / "world.trig"
WRONG = """
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/disease-kg/graph/do-xrefs> {
    obo:MONDO_0000481 skos:broader obo:MONDO_9999999 .
    obo:MONDO_0003441 skos:broader obo:MONDO_0000477 .
}
"""


def test_a_row_names_the_source_that_says_it() -> None:
    store = Store.in_memory(WORLD, WRONG)
    found = findings(validate(store), store)
    unknown = [one for one in found if one.shape == "dkgsh:BroaderKnown"]
    assert [(one.source, one.focus) for one in unknown] == [("do-xrefs", "MONDO:9999999")]
    cycle = {one.focus: one for one in found if one.shape == "dkgsh:NoCycle"}
    assert cycle["MONDO:0003441"].label == "dystonic disorder"
    assert "do-xrefs" in {one.source for one in cycle.values()}


def test_the_table_is_the_list_and_the_summary_adds_up() -> None:
    store = Store.in_memory(WORLD, WRONG)
    found = findings(validate(store), store)
    head, *rows = csv.reader(io.StringIO(to_table(found)))
    assert tuple(head) == COLUMNS
    assert [row[4] for row in rows] == [one.focus for one in found]
    assert to_table(found, "\t").count("\n") == len(found) + 1
    counts = [int(line.split()[0].replace(",", "")) for line in to_summary(found).splitlines()]
    assert sum(counts) == len(found) > 3
    assert counts == sorted(counts, reverse=True)


def test_a_file_has_no_sources() -> None:
    found = findings(validate(WORLD), None)
    assert {one.source for one in found} <= {""}
