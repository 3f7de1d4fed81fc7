"""The hierarchy: ancestors, descendants, ways up, what two conditions have in common, trees.

The questions are answered by the arrays that are built with the store. `Hierarchy.graph` is the
whole as a networkx graph, for everything else that networkx can do; its edges go from general to
specific, so that `networkx.descendants` of a condition are its narrower types.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar

import pyoxigraph as ox

from .errors import UnknownThing
from .identifiers import short
from .resolve import resolve
from .store import Store

if TYPE_CHECKING:
    import networkx

Direction = Literal["down", "up"]


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


class Tree(list[Row]):
    """The lines of a tree; it prints, and shows in a notebook, as one."""

    def __str__(self) -> str:
        return render(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(render(self))}</pre>"


class Hierarchy:
    """The `skos:broader` hierarchy of one kind of thing; nodes are IRIs, edges general → specific.

    Nothing is its own ancestor here, and no question runs around a cycle, should there be one.
    What the store knows but the hierarchy does not, such as a deprecated condition, stands alone.
    Every question takes an IRI, or a name or identifier in any spelling, and raises what `resolve`
    does for one that the store does not know.
    """

    def __init__(self, store: Store, kind: str) -> None:
        self._store = store
        self._kind = kind
        self._arrays = store.arrays.taxonomy(kind)

    @classmethod
    def of(cls, store: Store, kind: str = "condition") -> Hierarchy:
        """Return the hierarchy of a kind: "condition", "body site" or "phenotype"."""
        return cls(store, kind)

    @cached_property
    def graph(self) -> networkx.DiGraph[str]:
        """The whole hierarchy as a networkx graph, edges general → specific, nodes with a label."""
        import networkx

        if self._store.whole is not self._store:
            return Hierarchy(self._store.whole, self._kind).graph
        iris = self._arrays.iris
        graph: networkx.DiGraph[str] = networkx.DiGraph()
        for iri in sorted(iris):
            graph.add_node(iri, label=self.label(iri))
        graph.add_edges_from(
            sorted((iris[up], iri) for n, iri in enumerate(iris) for up in self._arrays.parents[n])
        )
        return graph

    def label(self, iri: str) -> str:
        """Return the preferred name, English before others, or the identifier of what has none."""
        number = self._arrays.numbers.get(iri)
        if number is None and "://" not in iri:
            iri = self._known(iri)
            number = self._arrays.numbers.get(iri)
        label = self._store.label(iri) if number is None else self._arrays.labels[number]
        return label or short(iri)

    def ancestors(self, iri: str) -> set[str]:
        """Return everything more general, at any distance."""
        return set(self._iris(self._above(iri)))

    def descendants(self, iri: str) -> set[str]:
        """Return everything more specific, at any distance."""
        return set(self._iris(self._below(iri)))

    def broader(self, iri: str) -> list[tuple[str, str]]:
        """Return everything more general, at any distance: IRI and name, in the order of names."""
        return self._named(self._above(iri))

    def narrower(self, iri: str) -> list[tuple[str, str]]:
        """Return everything more specific, at any distance: IRI and name, in the order of names."""
        return self._named(self._below(iri))

    def roots(self) -> set[str]:
        """Return the nodes without anything more general."""
        arrays = self._store.whole.arrays.taxonomy(self._kind)
        return {iri for n, iri in enumerate(arrays.iris) if not arrays.parents.count(n)}

    def distance(self, lower: str, upper: str) -> int | None:
        """Return the least number of steps from a node up to another, or None without a way."""
        end = self._number(upper)
        return self._steps_up(lower).get(end) if end is not None else None

    def depth(self, iri: str) -> int | None:
        """Return the least number of steps up to a root; None if every way ends in a cycle."""
        steps = self._steps_up(iri)
        roots = (n for node, n in steps.items() if not self._arrays.parents.count(node))
        return min(roots, default=None)

    def paths(self, lower: str, upper: str, limit: int | None = None) -> Iterator[list[str]]:
        """Yield the ways from a node up to another, both included, the shortest first.

        Ways of the same length come in the order of their IRIs. There can be many: `limit` them.
        """
        lower, upper = self._known(lower), self._known(upper)
        to_go = self._steps_down_to(lower, upper)
        ways = [(to_go[lower], [lower])] if lower in to_go else []
        return islice(self._best_first(ways, upper, to_go), limit)

    def common_ancestors(self, one: str, other: str) -> set[str]:
        """Return what both are kinds of, either itself included."""
        if one == other:
            return self.ancestors(one) | {self._known(one)}
        return set(self._iris(self._itself_and_above(one) & self._itself_and_above(other)))

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
        iri = self._known(iri)
        beyond = self._below(iri) if direction == "down" else self._above(iri)
        top = Row(0, iri, self.label(iri), len(beyond))
        return self._rows(top, depth, direction, set())

    def _rows(
        self, row: Row, depth: int | None, direction: Direction, shown: set[str]
    ) -> Iterator[Row]:
        yield row
        if row.seen or not row.further or (depth is not None and row.depth >= depth):
            return
        shown.add(row.iri)
        arrays = self._arrays
        following, beyond = (
            (arrays.children, arrays.below)
            if direction == "down"
            else (arrays.parents, arrays.above)
        )
        for number in following[arrays.numbers[row.iri]]:
            iri, further = arrays.iris[number], beyond.count(number)
            seen = iri in shown and further > 0
            child = Row(row.depth + 1, iri, self.label(iri), further, seen)
            yield from self._rows(child, depth, direction, shown)

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

    def _steps_up(self, iri: str) -> dict[int, int]:
        start = self._number(iri)
        return {} if start is None else _steps(start, self._arrays.parents.__getitem__)

    def _up(self, iri: str) -> list[str]:
        number = self._arrays.numbers.get(iri)
        return [] if number is None else sorted(self._iris(self._arrays.parents[number]))

    def _above(self, iri: str) -> Sequence[int]:
        number = self._number(iri)
        return () if number is None else self._arrays.above[number]

    def _below(self, iri: str) -> Sequence[int]:
        number = self._number(iri)
        return () if number is None else self._arrays.below[number]

    def _itself_and_above(self, iri: str) -> set[int]:
        number = self._number(iri)
        return set() if number is None else {number, *self._arrays.above[number]}

    def _iris(self, numbers: Iterable[int]) -> Iterator[str]:
        return map(self._arrays.iris.__getitem__, numbers)

    def _named(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        return [self._arrays.named(number) for number in numbers]

    def _number(self, iri: str) -> int | None:
        """Return a thing's number, None for one outside the hierarchy."""
        number = self._arrays.numbers.get(iri)
        return self._arrays.numbers.get(self._spelled(iri)) if number is None else number

    def _known(self, text: str) -> str:
        """Return the IRI of a thing in any spelling."""
        return self._spelled(text) if self._arrays.numbers.get(text) is None else text

    def _spelled(self, text: str) -> str:
        """Return the IRI of a thing that is outside the hierarchy, or is not given as its IRI."""
        with suppress(ValueError):  # a name is no IRI
            if any(self._store.find(ox.NamedNode(text))):
                return text
        iri = str(resolve(self._store, text, self._kind).value)
        if self._arrays.numbers.get(iri) is None and not any(self._store.find(ox.NamedNode(iri))):
            raise UnknownThing(text, kind=self._kind)
        return iri


_Node = TypeVar("_Node", int, str)


def _steps(start: _Node, following: Callable[[_Node], Iterable[_Node]]) -> dict[_Node, int]:
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
    identifier = short(row.iri)
    name = row.label if row.label == identifier else f"{row.label}  {identifier}"
    count = f"{row.further:,}, shown above" if row.seen else f"{row.further:,}"
    return f"{name}  ({count})" if row.further else name
