"""The hierarchy: ancestors, descendants, ways up, what two conditions have in common, trees.

The questions are answered by the store itself, from `skos:broader` and its stored closure
`skos:broaderTransitive`: each reads only what it needs. `Hierarchy.graph` is the whole as a
networkx graph, for everything else that networkx can do; its edges go from general to specific,
so that `networkx.descendants` of a condition are its narrower types.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, cast

import pyoxigraph as ox

from .errors import UnknownThing
from .identifiers import compress
from .resolve import CLASSES
from .store import Store
from .vocabulary import DKG

if TYPE_CHECKING:
    import networkx

Direction = Literal["down", "up"]

_KNOWN = "ASK { ?thing a ?class }"
_UP = "SELECT ?next ?thing WHERE { ?thing skos:broader ?next }"
_ABOVE = "SELECT ?other ?thing WHERE { ?thing skos:broaderTransitive ?other }"
_BELOW = "SELECT ?other ?thing WHERE { ?other skos:broaderTransitive ?thing }"
_NAMES = "SELECT ?name ?thing WHERE { ?thing skos:prefLabel ?name }"
_ROOTS = """
    SELECT ?thing ?kind WHERE {
        ?thing a ?kind FILTER NOT EXISTS { ?thing skos:broader ?any }
    }"""
_ALL = """
    SELECT ?thing ?name ?kind WHERE {
        ?thing a ?kind OPTIONAL { ?thing skos:prefLabel ?name }
    }"""
_EDGES = "SELECT ?general ?thing ?kind WHERE { ?thing a ?kind ; skos:broader ?general }"
_STEPS = """
    SELECT ?next ?thing (COUNT(?far) AS ?further) WHERE {{
        {step} OPTIONAL {{ {closure} FILTER (?far != ?next) }}
    }} GROUP BY ?next ?thing"""
_NEXT = {
    "down": _STEPS.format(
        step="?next skos:broader ?thing", closure="?far skos:broaderTransitive ?next"
    ),
    "up": _STEPS.format(
        step="?thing skos:broader ?next", closure="?next skos:broaderTransitive ?far"
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a tree.

    `further` counts everything beyond the node in the tree's direction, shown or not; `seen` says
    that what is beyond it has been shown already, further up in the same tree.
    """

    depth: int
    iri: str
    label: str
    further: int
    seen: bool = False


class Hierarchy:
    """The `skos:broader` hierarchy of one kind of thing; nodes are IRIs, edges general → specific.

    Nothing is its own ancestor here, and no question runs around a cycle, should there be one.
    Every question raises UnknownThing for an IRI that the store does not know.
    """

    def __init__(self, store: Store, kind: str) -> None:
        self._store = store
        self._kind = ox.NamedNode(DKG.base + CLASSES[kind])
        self._name_of_kind = kind
        self._parents: dict[str, list[str]] = {}
        self._labels: dict[str, str] = {}

    @classmethod
    def of(cls, store: Store, kind: str = "condition") -> Hierarchy:
        """Return the hierarchy of a kind: "condition", "body site" or "phenotype"."""
        return cls(store, kind)

    @cached_property
    def graph(self) -> networkx.DiGraph[str]:
        """The whole hierarchy as a networkx graph, edges general → specific, nodes with a label."""
        import networkx

        graph: networkx.DiGraph[str] = networkx.DiGraph()
        names: dict[str, list[ox.Literal]] = {}
        for thing, name, _ in self._of_kind(_ALL):
            names.setdefault(thing.value, []).extend([name] if name else [])
        for iri in sorted(names):
            graph.add_node(iri, label=_best(names[iri]) or compress(iri) or iri)
        edges = sorted((general.value, iri.value) for general, iri, _ in self._of_kind(_EDGES))
        graph.add_edges_from(edges)
        for iri in graph.nodes - names.keys():
            graph.nodes[iri]["label"] = self.label(iri)
        return graph

    def label(self, iri: str) -> str:
        """Return the preferred name, English before others, or the identifier of what has none."""
        if iri not in self._labels:
            names = [row[0] for row in self._rows(_NAMES, iri)]
            self._labels[iri] = _best(names) or compress(iri) or iri
        return self._labels[iri]

    def ancestors(self, iri: str) -> set[str]:
        """Return everything more general, at any distance."""
        return self._column(_ABOVE, self._known(iri)) - {iri}

    def descendants(self, iri: str) -> set[str]:
        """Return everything more specific, at any distance."""
        return self._column(_BELOW, self._known(iri)) - {iri}

    def roots(self) -> set[str]:
        """Return the nodes without anything more general."""
        return {row[0].value for row in self._of_kind(_ROOTS)}

    def distance(self, lower: str, upper: str) -> int | None:
        """Return the least number of steps from a node up to another, or None without a way."""
        self._known(upper)
        return self._steps_up(lower).get(upper)

    def depth(self, iri: str) -> int | None:
        """Return the least number of steps up to a root; None if every way ends in a cycle."""
        steps = self._steps_up(iri)
        return min((n for node, n in steps.items() if not self._up(node)), default=None)

    def paths(self, lower: str, upper: str, limit: int | None = None) -> Iterator[list[str]]:
        """Yield the ways from a node up to another, both included, the shortest first.

        Ways of the same length come in the order of their IRIs. There can be many: `limit` them.
        """
        to_go = self._steps_down_to(self._known(lower), self._known(upper))
        ways = [(to_go[lower], [lower])] if lower in to_go else []
        return islice(self._best_first(ways, upper, to_go), limit)

    def common_ancestors(self, one: str, other: str) -> set[str]:
        """Return what both are kinds of, either itself included."""
        return (self.ancestors(one) | {one}) & (self.ancestors(other) | {other})

    def nearest_common(self, one: str, other: str) -> set[str]:
        """Return the common ancestors that have no common ancestor below them."""
        above = {iri: self.ancestors(iri) for iri in self.common_ancestors(one, other)}
        return {
            iri
            for iri in above
            if not any(iri in above[lower] and lower not in above[iri] for lower in above)
        }

    def cycles(self) -> list[list[str]]:
        """Return the sets of nodes that are all above each other, sorted; none is as it should be.

        A node that is its own parent is a cycle of one.
        """
        import networkx

        knots = networkx.strongly_connected_components(self.graph)
        loops = set(networkx.nodes_with_selfloops(self.graph))
        return sorted(sorted(knot) for knot in knots if len(knot) > 1 or knot & loops)

    def tree(
        self, iri: str, depth: int | None = None, direction: Direction = "down"
    ) -> Iterator[Row]:
        """Yield the tree from a node, to a depth or whole, children in the order of their names.

        A node with several parents comes under each of them, with what is beyond it only once.
        """
        beyond = self.descendants if direction == "down" else self.ancestors
        top = Row(0, iri, self.label(iri), len(beyond(iri)))
        return self._below(top, depth, direction, set())

    def _below(
        self, row: Row, depth: int | None, direction: Direction, shown: set[str]
    ) -> Iterator[Row]:
        yield row
        if row.seen or not row.further or (depth is not None and row.depth >= depth):
            return
        shown.add(row.iri)
        following = (
            (self.label(next.value), next.value, int(further.value))
            for next, _, further in self._rows(_NEXT[direction], row.iri)
        )
        for label, iri, further in sorted(following, key=lambda n: (n[0].casefold(), n[1])):
            seen = iri in shown and further > 0
            child = Row(row.depth + 1, iri, label, further, seen)
            yield from self._below(child, depth, direction, shown)

    def _best_first(
        self, ways: list[tuple[int, list[str]]], upper: str, to_go: dict[str, int]
    ) -> Iterator[list[str]]:
        """Yield whole ways from begun ones, a heap by the least length that each can reach."""
        while ways:
            _, way = heappop(ways)
            if way[-1] == upper:
                yield way
                continue
            for parent in self._up(way[-1]):
                if parent in to_go and parent not in way:
                    heappush(ways, (len(way) + to_go[parent], [*way, parent]))

    def _steps_down_to(self, lower: str, upper: str) -> dict[str, int]:
        """Return the steps up to `upper` from each node that is on a way there from `lower`."""
        children: dict[str, list[str]] = {}
        for node in self.ancestors(lower) | {lower}:
            for parent in self._up(node):
                children.setdefault(parent, []).append(node)
        return _steps(upper, lambda node: children.get(node, []))

    def _steps_up(self, iri: str) -> dict[str, int]:
        return _steps(self._known(iri), self._up)

    def _up(self, iri: str) -> list[str]:
        if iri not in self._parents:
            self._parents[iri] = sorted(self._column(_UP, iri))
        return self._parents[iri]

    def _known(self, iri: str) -> str:
        if not self._store.query(_KNOWN, {"thing": ox.NamedNode(iri)}):
            raise UnknownThing(iri, kind=self._name_of_kind)
        return iri

    def _column(self, query: str, iri: str) -> set[str]:
        return {row[0].value for row in self._rows(query, iri)}

    def _rows(self, query: str, iri: str) -> Iterator[Any]:
        return iter(cast(ox.QuerySolutions, self._store.query(query, {"thing": ox.NamedNode(iri)})))

    def _of_kind(self, query: str) -> Iterator[Any]:
        return iter(cast(ox.QuerySolutions, self._store.query(query, {"kind": self._kind})))


def _best(names: list[ox.Literal]) -> str | None:
    """Return the English name, else the first of the others."""
    return min(((n.language != "en", n.value) for n in names), default=(True, None))[1]


def _steps(start: str, following: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """Return the least number of steps to everything that can be reached, breadth-first."""
    found = {start: 0}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in following(node):
            if other not in found:
                found[other] = found[node] + 1
                queue.append(other)
    return found


def render(rows: Iterable[Row], ascii_only: bool = False) -> str:
    """Return a tree as text, one node a line: name, identifier, how many there are beyond it.

    >>> print(render([Row(0, "x:a", "a", 2), Row(1, "x:b", "b", 1), Row(2, "x:c", "c", 0),
    ...               Row(1, "x:d", "d", 0)]), end="")
    a  x:a  (2)
    ├─ b  x:b  (1)
    │  └─ c  x:c
    └─ d  x:d
    """
    bar, fork, end = ("|  ", "|- ", "`- ") if ascii_only else ("│  ", "├─ ", "└─ ")
    lines: list[str] = []
    open_at: set[int] = set()
    for row in reversed(list(rows)):
        bars = "".join(bar if level in open_at else "   " for level in range(1, row.depth))
        branch = (fork if row.depth in open_at else end) if row.depth else ""
        lines.append(f"{bars}{branch}{_text(row)}\n")
        open_at = {level for level in open_at if level < row.depth} | {row.depth}
    return "".join(reversed(lines))


def _text(row: Row) -> str:
    identifier = compress(row.iri) or row.iri
    name = row.label if row.label == identifier else f"{row.label}  {identifier}"
    count = f"{row.further:,}, shown above" if row.seen else f"{row.further:,}"
    return f"{name}  ({count})" if row.further else name
