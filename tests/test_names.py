"""The index of names on a tiny list: the same name, words, prefixes and misspellings."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.names import Entry, Match, Names, fold
from kg.store import Store

ENTRIES = [
    Entry("focal", "Condition", "focal dystonia", True),
    Entry("focal", "Condition", "MONDO:0000477", False),
    Entry("focal", "Condition", "dystonia, focal", False),
    Entry("dystonia", "Condition", "dystonic disorder", True),
    Entry("dystonia", "Condition", "dystonia", False),
    Entry("cervical", "Condition", "cervical dystonia", True),
    Entry("cervical", "Condition", "spasmodic torticollis", False),
    Entry("hand", "Condition", "focal hand dystonia", True),
    Entry("sign", "Phenotype", "Dystonia", True),
    Entry("meniere", "Condition", "Ménière's disease", True),
    Entry("ms", "Condition", "MS", True),
    Entry("old", "DeprecatedCondition", "obsolete dystonia", True),
]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.build(":memory:", ENTRIES)


def found(matches: list[Match]) -> list[str]:
    return [match.iri for match in matches]


@pytest.mark.parametrize(
    "text",
    ["Ménière's disease", "MENIERES DISEASE", "Meniere’s  disease", "Me\u0301nière's-disease"],
)
def test_case_accents_and_punctuation_do_not_count(names: Names, text: str) -> None:
    assert fold(text) == "menieres disease"
    assert found(names.exact(text)) == ["meniere"]


def test_the_same_name(names: Names) -> None:
    assert names.exact("focal dystonia") == [
        Match("focal", "Condition", "focal dystonia", "focal dystonia", 100.0)
    ]
    assert names.exact("MONDO:0000477") == [
        Match("focal", "Condition", "focal dystonia", "MONDO:0000477", 100.0)
    ]
    assert names.exact("dystonic") == []


def test_a_preferred_name_comes_before_another_name(names: Names) -> None:
    assert found(names.exact("dystonia")) == ["sign", "dystonia"]
    assert found(names.exact("dystonia", "Condition")) == ["dystonia"]
    assert names.exact("dystonia", "Gene") == []


def test_all_words_in_any_order_the_last_may_be_cut(names: Names) -> None:
    assert set(found(names.search("dystonia foc"))) == {"focal", "hand"}
    assert found(names.search("dystonia foc"))[0] == "focal"
    assert found(names.search("spasm")) == ["cervical"]
    assert found(names.search("cervic")) == ["cervical"]


def test_each_thing_is_found_once_by_its_best_name(names: Names) -> None:
    matches = names.search("dystonia", limit=50)
    assert len(found(matches)) == len(set(found(matches))) == 6
    assert names.search("focal dystonia")[0].matched == "focal dystonia"
    assert found(names.search("dystonia", "DeprecatedCondition")) == ["old"]


def test_a_misspelled_name(names: Names) -> None:
    assert found(names.search("focal distonia"))[0] == "focal"
    assert found(names.similar("cervicle dystonia"))[0] == "cervical"
    assert found(names.similar("spasmodic torticolis")) == ["cervical"]
    assert all(70 <= match.score <= 100 for match in names.similar("cervicle dystonia"))


def test_what_is_far_from_every_name(names: Names) -> None:
    assert names.search("quantum chromodynamics") == []
    assert names.search("") == names.similar("") == names.search("?!") == names.exact("") == []
    assert found(names.search("ms")) == ["ms"]


def test_limits(names: Names) -> None:
    assert len(names.search("dystonia", limit=2)) == 2
    assert len(names.similar("dystonia", limit=1)) == 1


def test_a_kind_is_found_among_many_of_another_kind() -> None:
    """A thousand phenotypes with shorter names do not hide the one condition."""
    many = [Entry(f"sign{n}", "Phenotype", f"tremor {n}", True) for n in range(1000)]
    one = Entry("one", "Condition", "a condition that has tremor among its many names", True)
    names = Names.build(":memory:", [*many, one])
    assert found(names.search("tremor", "Condition")) == ["one"]
    assert len(found(names.search("tremor", "Phenotype"))) == 20


def test_an_index_on_disk_is_read_by_any_thread_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "a name, with #?%20 in it.sqlite"
    Names.build(path, ENTRIES)
    before = path.read_bytes()
    names = Names.open(path)
    answers: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(found(names.exact("focal dystonia"))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["focal"]] * 4
    assert path.read_bytes() == before
    with pytest.raises(sqlite3.OperationalError):
        Names.open(tmp_path / "missing.sqlite")


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\"'*%;()-:^ ANDORNEAR{}\0")))


@settings(deadline=None)
@given(text=HOSTILE)
def test_no_text_breaks_a_search(text: str) -> None:
    names = Names.build(":memory:", ENTRIES[:3])
    for matches in (names.exact(text), names.search(text), names.similar(text, "Condition")):
        assert set(found(matches)) <= {"focal"}
    assert found(names.exact("focal dystonia")) == ["focal"]


def test_a_thing_goes_by_its_english_name() -> None:
    store = Store.in_memory(
        """PREFIX dkg: <https://w3id.org/disease-kg/ontology#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        obo:MONDO_0000477 a dkg:Condition ;
            skos:prefLabel "distonía focal"@es, "focal dystonia"@en, "Dystonie"@de ."""
    )
    (match,) = store.names.search("distonia")
    assert (match.label, match.matched) == ("focal dystonia", "distonía focal")
