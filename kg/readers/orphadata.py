"""What Orphadata's XML products share: their head, their disorders, their many small lists.

Format: https://www.orphadata.com/docs/ (one product is one file; free to use under CC BY 4.0).
Encodings differ from file to file, and are declared. Files of 2020 say OrphaNumber where today's
say OrphaCode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ..errors import SourceError
from ..records import Name, Record, Release, Skipped, Tag, Term
from .files import head, opened
from .xml import check

NO_CODE = "a disorder without an ORPHA code"
_DOWNLOAD_AGAIN = "download it again"
_ROOT = "JDBOR"
_NOT_RARE = "NON RARE IN EUROPE:"
_OBSOLETE = re.compile(r"OBSOLETE\s*:\s*", re.I)
_PMID = re.compile(r"(?<!\d)(\d+)\s*\[PMID\]")
_GROUPS = {"Disorder": "disorder", "Subtype of disorder": "subtype", "Group of disorders": "group"}


def read_elements(
    path: Path, product: str, within: tuple[str, ...], wanted: Sequence[str] = ("Disorder",)
) -> Iterator[Release | Element]:
    """Yield the Release, then each outermost wanted element, whole; what is read is let go.

    `within` are elements of which every file of the product has one: else it is another product.
    Raises SourceError naming the disorder near which the file is broken.
    """
    head(path)
    stack: list[Element] = []
    inside = elements = 0
    last = ""
    known = False
    try:
        with opened(path) as stream:
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    if not stack:
                        yield _release(path, element)
                    stack.append(element)
                    elements += 1
                    check(path, element, len(stack), elements, last or "its head")
                    inside += element.tag in wanted
                    known = known or element.tag in within
                    continue
                stack.pop()
                if element.tag in wanted:
                    inside -= 1
                    last = f"ORPHA:{code(element)}"
                    if inside == 0:
                        elements = 0
                        yield element
                        element.clear()
                        stack[-1].clear()
    except ParseError as error:
        problem = f"is broken or cut off after {last or 'its head'} ({error})"
        raise SourceError(path, problem, f"line {error.position[0]}", _DOWNLOAD_AGAIN) from error
    except DefusedXmlException as error:
        raise SourceError(
            path, f"declares a document type or entities ({type(error).__name__})", "its head"
        ) from error
    except (LookupError, UnicodeError, ValueError) as error:
        raise SourceError(path, f"cannot be decoded ({error})", advice=_DOWNLOAD_AGAIN) from error
    if not known:
        raise SourceError(
            path,
            f"has no {within[0]} in it, so it is not Orphadata's {product}",
            advice="is it another product?",
        )


def _release(path: Path, root: Element) -> Release:
    if root.tag != _ROOT:
        problem = f"is XML but none of Orphadata's: its root is {root.tag!r}, not {_ROOT!r}"
        raise SourceError(path, problem, advice=_DOWNLOAD_AGAIN)
    return Release(root.get("date", "")[:10], "https://creativecommons.org/licenses/by/4.0/")


def code(disorder: Element) -> str:
    """Return a disorder's own ORPHA code, "" without one."""
    return (text(disorder, "OrphaCode") or text(disorder, "OrphaNumber")).strip()


def text(element: Element, path: str) -> str:
    """Return the text of the first element at a path, "" without one."""
    return (element.findtext(path) or "").strip()


def term(disorder: Element) -> Term | Skipped:
    """Return a disorder as a term: its name, and what the name and its group say of its state."""
    number = code(disorder)
    if not number.isdigit():
        return Skipped(text(disorder, "Name") or "?", NO_CODE)
    named = disorder.find("Name")
    language = named.get("lang", "en") if named is not None else "en"
    name, deprecated, not_rare = state(text(disorder, "Name"))
    tags = [_GROUPS[group]] if (group := text(disorder, "DisorderGroup/Name")) in _GROUPS else []
    tags += ["not_rare_in_europe"] if not_rare else []
    return Term(
        f"ORPHA:{number}",
        name=name if language == "en" else "",
        names=() if language == "en" or not name else (Name(name, "exact", language),),
        tags=tuple(map(Tag, tags)),
        deprecated=deprecated,
    )


def state(name: str) -> tuple[str, bool, bool]:
    """Return (the name proper, whether it is obsolete, whether it is not rare in Europe).

    >>> state("NON RARE IN EUROPE: Gout")
    ('Gout', False, True)
    >>> state("OBSOLETE:Isolated megalencephaly")
    ('Isolated megalencephaly', True, False)
    """
    bare = _OBSOLETE.sub("", name, count=1)
    deprecated = bare != name
    not_rare = bare.upper().startswith(_NOT_RARE)
    return (bare[len(_NOT_RARE) :] if not_rare else bare).strip(), deprecated, not_rare


def references(source: str) -> tuple[str, ...]:
    """Return the PubMed identifiers of a source in Orphanet's notation.

    >>> references("ORPHANET_11389160[PMID]_9689990[PMID]_ [EXPERT]")
    ('PMID:11389160', 'PMID:9689990')
    """
    return tuple(dict.fromkeys(f"PMID:{number}" for number in _PMID.findall(source)))


def disorders(
    path: Path, product: str, within: str, tell: Callable[[Element, Term], Iterator[Record]]
) -> Iterator[Record]:
    """Yield the Release, then what `tell` says of each disorder; Skipped for one without a code.

    Raises SourceError.
    """
    for found in read_elements(path, product, (within,)):
        if isinstance(found, Release):
            yield found
            continue
        told = term(found)
        if isinstance(told, Skipped):
            yield told
        else:
            yield from tell(found, told)
