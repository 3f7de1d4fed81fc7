"""Which condition a record is about, in a tiny world of conditions A to G."""

from __future__ import annotations

import pytest

from kg.reconcile import AMBIGUOUS, RETIRED, UNKNOWN, Reconciliation
from kg.records import Mapping, Term
from kg.vocabulary import JOINING, SKOS

A, B, C, D, E, F, G = (f"MONDO:000000{n}" for n in range(1, 8))


def world(**retired: tuple[str, ...]) -> Reconciliation:
    """Return a reconciliation with A and B live, and the named ones retired for others."""
    found = Reconciliation()
    found.add_source()
    for id in (A, B):
        found.add_condition(Term(id))
    for name, successors in retired.items():
        found.add_condition(Term(globals()[name], deprecated=True, replaced_by=successors))
    return found


def said(found: Reconciliation, condition: str, record: str, how: str = SKOS.exactMatch) -> bool:
    return found.add_mapping(Mapping(condition, how, record), condition)


def test_a_condition_is_about_itself() -> None:
    assert world().condition(A) == (A, "")


def test_a_record_of_one_condition() -> None:
    found = world()
    said(found, A, "OMIM:607131")
    assert found.condition("OMIM:607131") == (A, "")
    assert found.condition("OMIM:607132") == ("", UNKNOWN)


def test_a_record_of_several_conditions_is_ambiguous() -> None:
    found = world()
    said(found, A, "ICD10CM:G24")
    said(found, B, "ICD10CM:G24")
    assert found.condition("ICD10CM:G24") == ("", AMBIGUOUS)


@pytest.mark.parametrize("how", ["closeMatch", "broadMatch", "narrowMatch", "relatedMatch"])
def test_a_near_match_joins_nothing(how: str) -> None:
    found = world()
    said(found, A, "OMIM:607131", getattr(SKOS, how))
    assert getattr(SKOS, how) not in JOINING
    assert found.condition("OMIM:607131") == ("", UNKNOWN)


def test_the_first_source_that_knows_a_record_decides() -> None:
    found = world()
    said(found, A, "OMIM:607131")
    found.add_source()
    said(found, B, "OMIM:607131", SKOS.mappingRelation)
    said(found, B, "OMIM:607132", SKOS.mappingRelation)
    assert found.condition("OMIM:607131") == (A, "")
    assert found.condition("OMIM:607132") == (B, "")


def test_an_ambiguity_of_the_first_source_is_not_settled_by_the_next() -> None:
    found = world()
    said(found, A, "OMIM:607131")
    said(found, B, "OMIM:607131")
    found.add_source()
    said(found, A, "OMIM:607131")
    assert found.condition("OMIM:607131") == ("", AMBIGUOUS)


def test_a_mapping_is_new_once() -> None:
    found = world()
    assert said(found, A, "OMIM:607131")
    assert not said(found, A, "OMIM:607131", SKOS.mappingRelation)
    found.add_source()
    assert not said(found, A, "OMIM:607131")
    assert said(found, B, "OMIM:607131")


def test_a_chain_of_replacements_is_followed_to_its_end() -> None:
    found = world(C=(D,), D=(E,), E=(A,))
    assert [found.condition(c) for c in (C, D, E)] == [(A, "")] * 3
    said(found, C, "OMIM:607131")
    assert found.condition("OMIM:607131") == (A, "")


def test_replacements_in_a_loop_lead_nowhere() -> None:
    found = world(C=(D,), D=(E,), E=(C,), F=(F,), G=(C,))
    assert [found.condition(c) for c in (C, D, E, F, G)] == [("", RETIRED)] * 5


def test_a_deprecated_condition_without_a_single_replacement() -> None:
    found = world(C=(), D=(A, B), E=("MONDO:9999999",))
    assert [found.condition(c) for c in (C, D, E)] == [("", RETIRED)] * 3
