"""Orphadata product 3: the classification of one specialty, as nested disorders.

Format: https://www.orphadata.com/classifications/ (one file for each of some 35 specialties).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ..records import Record, Release, Skipped, Term
from .orphadata import read_elements, term

_PRODUCT = "classification (product 3)"
_CHILDREN = "ClassificationNodeChildList/ClassificationNode"
_LISTS = ("ClassificationNodeRootList", "ClassificationNodeList")
_TOPS = [f"{nodes}/ClassificationNode" for nodes in _LISTS]


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Term per record with all its parents in the classification.

    A classification is named by its head, the record at its top. Both layouts are read: that of
    2020, where the head holds the nodes, and today's, where the head is the first node. Raises
    SourceError.
    """
    found: dict[str, Term] = {}
    skipped: list[Skipped] = []
    for element in read_elements(path, _PRODUCT, _LISTS, ("Classification", "Disorder")):
        if isinstance(element, Release):
            yield element
            continue
        top = term(element) if element.tag == "Disorder" else None
        if isinstance(top, Skipped):
            skipped.append(top)
        elif top:
            _put(found, top, None, top.id)
        for node in (each for tops in _TOPS for each in element.iterfind(tops)):
            _walk(node, top if isinstance(top, Term) else None, found, skipped)
    yield from skipped
    yield from found.values()


def _walk(
    node: Element, parent: Term | None, found: dict[str, Term], skipped: list[Skipped]
) -> None:
    """Note a node's disorder below its parent, and all that is below it."""
    disorder = node.find("Disorder")
    told = term(disorder) if disorder is not None else parent
    if isinstance(told, Skipped):
        skipped.append(told)
        told = parent
    elif told and told is not parent:
        head = found[parent.id].schemes[0] if parent else told.id
        _put(found, told, parent, head)
    for child in node.iterfind(_CHILDREN):
        _walk(child, told, found, skipped)


def _put(found: dict[str, Term], told: Term, parent: Term | None, head: str) -> None:
    known = found.get(told.id, told)
    parents = (*known.parents, *([parent.id] if parent and parent.id != told.id else []))
    found[told.id] = known._replace(parents=tuple(dict.fromkeys(parents)), schemes=(head,))
