"""Addresses of the site: of each thing of the graph, and of what may be linked to elsewhere."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox

from ..errors import InvalidIdentifier
from ..identifiers import compress, expand, try_parse_curie
from ..vocabulary import AUTHORITY, GRAPH, SOURCE, SPECIALIST

_OWN = {"specialist": SPECIALIST, "authority": AUTHORITY, "source": GRAPH}
_REGISTRIES = {"MONDO": "condition", "HP": "symptom", "UBERON": "site"}

RECORDS = (
    "DOID", "GARD", "GTR", "HGNC", "ICD10", "MEDGEN", "MESH", "NCBIGene", "NCIT", "OMIA", "OMIM",
    "OMIMPS", "ORPHA", "PMID", "SCTID",
)  # fmt: skip
"""The registries that have a page for each record: at the record's IRI, but for Orphanet."""

_ORPHANET = "https://www.orpha.net/en/disease/detail/"

KINDS = {
    "condition": "condition",
    "symptom": "phenotype",
    "site": "body site",
    "specialist": "specialist",
    "authority": "authority",
    "source": "source",
}
"""The kinds of pages by the first part of their addresses, and what each is about."""


def path(iri: str, kind: str = "") -> str:
    """Return the address of a thing's page, "" for one that has no page here.

    `kind` is the first part of the address for a thing whose identifier does not tell, such as a
    condition that kept the identifier of another registry.

    >>> path("http://purl.obolibrary.org/obo/HP_0001332")
    '/symptom/HP:0001332'
    """
    for own, namespace in (*_OWN.items(), ("source", SOURCE)):
        if iri.startswith(namespace):
            return f"/{own}/{quote(iri.removeprefix(namespace))}"
    curie = compress(iri)
    if curie is None:
        return ""
    kind = kind or _REGISTRIES.get(curie.partition(":")[0], "")
    return f"/{kind}/{quote(curie, safe=':')}" if kind else ""


def mentioned(iri: str) -> str:
    """Return the address of the page of what a text names, "" for what has none here.

    It may be a condition that kept another registry's identifier.

    >>> mentioned("http://www.orpha.net/ORDO/Orphanet_93962"), mentioned("https://omim.org/entry/1")
    ('/condition/ORPHA:93962', '')
    """
    kept = (compress(iri) or "").startswith(("DOID:", "ORPHA:"))
    return path(iri, "condition" if kept else "")


def record(curie: str) -> str:
    """Return the page of a record at its registry, "" for a registry whose IRIs are no pages.

    >>> record("OMIM:607131"), record("ORPHA:93962"), record("UMLS:C0024796")
    ('https://omim.org/entry/607131', 'https://www.orpha.net/en/disease/detail/93962', '')
    """
    registry, _, local = curie.partition(":")
    if registry not in RECORDS or not try_parse_curie(curie):
        return ""
    return _ORPHANET + local if registry == "ORPHA" else expand(curie)


def iri(kind: str, name: str) -> str:
    """Return the IRI of the thing at an address; raises InvalidIdentifier."""
    return _OWN[kind] + name if kind in _OWN else expand(name)


def node(iri: str) -> ox.NamedNode:
    """Return an IRI as a term; raises InvalidIdentifier for what is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise InvalidIdentifier(iri, "it has characters that no IRI has") from None


def outside(address: str) -> str:
    """Return an address that may be linked to, "" for any other than a web page's."""
    return address if address.startswith(("https://", "http://")) else ""
