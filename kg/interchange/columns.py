"""The tables of the graph and their columns: what `tables` writes, and what each column means."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A column: its name, what it means, and of what type it is."""

    name: str
    meaning: str
    type: str = "string"


class Table(NamedTuple):
    """A table: its name, what a row is, and its columns."""

    name: str
    row: str
    columns: tuple[Column, ...]


_CONDITION = Column("condition", "the condition")
_STATEMENT = Column("statement", "the statement in the graph, with all its evidence")
_SOURCE = Column("source", "the source that says so, as in the table sources")
_BASIS = Column("basis", "what the statement rests on: Stated, Inherited, Reported, …")
_RECORD = Column("record", "the source's own record of the condition")
_REFERENCES = Column("references", "the publications that are cited", "list")

TABLES = {
    table.name: table
    for table in (
        Table(
            "conditions",
            "a condition, in force or withdrawn",
            (
                _CONDITION,
                Column("iri", "its IRI"),
                Column("name", "its preferred name in English"),
                Column("definition", "what it is, as a source defines it"),
                Column("withdrawn", "whether its source has withdrawn it", "boolean"),
                _SOURCE,
            ),
        ),
        Table(
            "names",
            "a name of a condition",
            (
                _CONDITION,
                Column("name", "the name"),
                Column("language", "its language: en, es"),
                Column("kind", "preferred, exact, broad, narrow or related"),
                _SOURCE,
            ),
        ),
        Table(
            "replacements",
            "what to use for a withdrawn condition",
            (
                _CONDITION,
                Column("replacement", "the other condition"),
                Column("kind", "replaced, or consider for what may be meant"),
                _SOURCE,
            ),
        ),
        Table(
            "broader",
            "a condition that another is directly a kind of",
            (_CONDITION, Column("broader", "the more general one"), _SOURCE),
        ),
        Table(
            "closure",
            "a condition that another is a kind of, at any distance; never itself",
            (_CONDITION, Column("ancestor", "the more general one")),
        ),
        Table(
            "codes",
            "a record of another registry",
            (
                _CONDITION,
                Column("registry", "the registry: OMIM, ORPHA, SCTID, ICD10CM, …"),
                Column("code", "the record, with its registry's prefix"),
                Column(
                    "match", "exactMatch, broadMatch (the record is broader), … or mappingRelation"
                ),
                _SOURCE,
            ),
        ),
        Table(
            "rarity",
            "what an authority says of a condition's rarity",
            (
                _CONDITION,
                Column("authority", "the authority: nih, orphanet, nord, …"),
                Column("rare", "whether it says that the condition is rare", "boolean"),
                _BASIS,
                _RECORD,
                Column("rests_on", "the authority on whose record this one rests, if another's"),
                _SOURCE,
                _STATEMENT,
            ),
        ),
        Table(
            "symptoms",
            "a symptom that those with a condition have, or have not",
            (
                _CONDITION,
                Column("phenotype", "the symptom, a term of HPO's or SYMP's"),
                Column("name", "its name"),
                Column("excluded", "whether it is stated to be absent", "boolean"),
                Column("frequency_lower", "at least this share has it, 0 to 1", "number"),
                Column("frequency_upper", "at most this share has it, 0 to 1", "number"),
                Column("frequency", "the term of HPO's for how often"),
                Column("onset", "the term of HPO's for when it begins"),
                Column("criterion", "whether it is a criterion of the diagnosis", "boolean"),
                Column("evidence", "the kind of evidence, a term of ECO's"),
                _RECORD,
                _REFERENCES,
                _SOURCE,
                _STATEMENT,
            ),
        ),
        Table(
            "causes",
            "a gene or another agent that is associated with a condition",
            (
                _CONDITION,
                Column("agent", "the gene or the other agent"),
                Column("name", "its symbol or name"),
                Column("kind", "gene or agent"),
                Column("association", "the kind of association, in the source's words"),
                Column("assessed", "whether the source has assessed it", "boolean"),
                _RECORD,
                _REFERENCES,
                _SOURCE,
                _STATEMENT,
            ),
        ),
        Table(
            "sites",
            "a body site of a condition",
            (
                _CONDITION,
                Column("site", "the site, a term of Uberon's"),
                Column("name", "its name"),
                _BASIS,
                _SOURCE,
                _STATEMENT,
            ),
        ),
        Table(
            "specialists",
            "a specialist to see about a condition",
            (
                _CONDITION,
                Column("specialist", "the specialist: neurologist, …"),
                Column("name", "the specialist's name"),
                _BASIS,
                _SOURCE,
                _STATEMENT,
            ),
        ),
        Table(
            "prevalence",
            "a published number of how many have a condition",
            (
                _CONDITION,
                Column("type", "what is counted: PointPrevalence, BirthPrevalence, …"),
                Column("geography", "where"),
                Column("lower", "at least so many in 100,000", "number"),
                Column("upper", "at most so many in 100,000", "number"),
                Column("value", "so many in 100,000", "number"),
                Column("class", "the class of numbers, in the source's words"),
                Column("cases", "so many persons were ever published", "integer"),
                Column("families", "so many families were ever published", "integer"),
                Column("validated", "whether the source has validated it", "boolean"),
                _RECORD,
                _REFERENCES,
                _SOURCE,
                _STATEMENT,
            ),
        ),
        Table(
            "course",
            "how a condition is inherited, when in life it begins, or how it runs",
            (
                _CONDITION,
                Column("aspect", "inheritance, ageOfOnset or clinicalCourse"),
                Column("term", "the term of HPO's"),
                Column("name", "its name"),
                _SOURCE,
            ),
        ),
        Table(
            "actions",
            "a medical action: a treatment, or another",
            (
                _CONDITION,
                Column("relation", "what it does: Treats, Prevents, Contraindicated, …"),
                Column("action", "the action, a term of MAxO's"),
                Column("name", "its name"),
                Column("target", "the symptom that it aims at, where it does"),
                Column("mined", "whether a machine read it out of texts", "boolean"),
                _REFERENCES,
                _SOURCE,
                _STATEMENT,
            ),
        ),
        Table(
            "sources",
            "a source of this graph",
            (
                Column("source", "its short name"),
                Column("title", "its title"),
                Column("release", "the release that was read"),
                Column("licenses", "the licenses of what it says", "list"),
                Column("page", "its page"),
                Column("attribution", "whom to name"),
            ),
        ),
    )
}
"""The tables by their names."""
