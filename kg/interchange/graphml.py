"""The hierarchy as GraphML, http://graphml.graphdrawing.org, for networkx and Cytoscape.

Edges go from general to specific, as in `DiseaseKG.networkx`. Each condition has its name, and the
authorities that list it as rare, with spaces between. Withdrawn conditions have no place in it.
"""

from __future__ import annotations

import re
from typing import BinaryIO
from xml.sax.saxutils import escape

from ..identifiers import short
from ..vocabulary import DKG, SKOS
from .conditions import Conditions

_KEYS = {"label": "name", "rare": "rare according to"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the hierarchy: the nodes, then the edges, a line each."""
    stream.write(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    )
    for id, name in _KEYS.items():
        key = f'<key id="{id}" for="node" attr.name="{name}" attr.type="string"/>\n'
        stream.write(key.encode())
    stream.write(b'<graph id="conditions" edgedefault="directed">\n')
    edges: list[tuple[str, str]] = []
    for said in conditions.told(SKOS.prefLabel, SKOS.broader, DKG.rareAccordingTo):
        if said.withdrawn:
            continue
        node = _xml(short(said.iri))
        rare = " ".join(said.curies(DKG.rareAccordingTo))
        data = {"label": said.english(SKOS.prefLabel), "rare": rare}
        told = "".join(f'<data key="{k}">{_xml(v)}</data>' for k, v in data.items() if v)
        stream.write(f'<node id="{node}">{told}</node>\n'.encode())
        edges += [(_xml(short(value.text)), node) for value in conditions.broader(said)]
    for general, specific in edges:
        stream.write(f'<edge source="{general}" target="{specific}"/>\n'.encode())
    stream.write(b"</graph>\n</graphml>\n")


def _xml(text: str) -> str:
    """Return text as XML can have it: no control characters, nothing that is markup."""
    return escape(_NO_XML.sub(" ", text), {'"': "&quot;", "\r": "&#13;"})
