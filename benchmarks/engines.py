"""One graph in several engines, asked through the same client: answers compared, times taken.

    python benchmarks/engines.py STORE NAME=URL...

STORE is the folder of the embedded store that the endpoints hold the graph of; their times are of
the whole way, HTTP included. Prints Markdown: each named query with its example, then requests in
parallel. docs/SCALING.md has a run, and how the servers were loaded.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from kg import queries
from kg.endpoint import Endpoint
from kg.errors import DiseaseKGError
from kg.resolve import resolve
from kg.store import Store, Term

ASKED = ("focal dystonia", "cystic fibrosis", "Marfan syndrome")
"""The conditions that queries are asked about, beside those of their examples."""

TIMES, SECONDS, CLIENTS = 3, 5.0, 4
SUMMARY = "condition-summary"


def cases(store: Store) -> list[tuple[str, dict[str, Term]]]:
    """Return every named query with the terms of its example, and of ASKED."""
    found = []
    for name in queries.names():
        query = queries.load(name)
        examples = [dict(query.example)]
        if any((p.name, p.kind) == ("condition", "condition") for p in query.parameters):
            examples += [{**query.example, "condition": one} for one in ASKED]
        for example in examples:
            terms = {k: resolve(store, v, query.parameter(k).kind) for k, v in example.items()}
            found.append((name, terms))
    return found


def rows(store: Store, name: str, terms: dict[str, Term]) -> list[tuple[Term | None, ...]]:
    return list(queries.run(store, name, **terms).terms())


def timed(store: Store, name: str, terms: dict[str, Term]) -> float:
    begin = time.perf_counter()
    rows(store, name, terms)
    return time.perf_counter() - begin


def compare(stores: dict[str, Store]) -> None:
    """Print a row for each named query, and what differs from the first store's answers."""
    (_, first), *_ = stores.items()
    print(f"| query | rows | {' | '.join(stores)} |\n| --- | ---: |{' ---: |' * len(stores)}")
    asked, differing = 0, []
    by_name: dict[str, list[dict[str, Term]]] = {}
    for name, terms in cases(first):
        by_name.setdefault(name, []).append(terms)
    for name, examples in by_name.items():
        cells, count = [], 0
        for engine, store in stores.items():
            times = []
            for terms in examples:
                asked += 1
                try:
                    found = rows(store, name, terms)
                    times.append(min(timed(store, name, terms) for _ in range(TIMES)))
                except DiseaseKGError as error:
                    differing.append(f"{engine}: {name} {list(terms.values())}: {error}")
                    continue
                wanted = rows(first, name, terms)
                count = max(count, len(wanted))
                ordered = bool(queries.load(name).without_order[1])
                if found != wanted if ordered else Counter(found) != Counter(wanted):
                    differing.append(f"{engine}: {name} {list(terms.values())}")
            cells.append(f"{1000 * median(times):,.1f} ms" if times else "fails")
        print(f"| {name} | {count:,} | {' | '.join(cells)} |", flush=True)
    print(f"\n{asked} answers, {len(differing)} of them different.")
    print("".join(f"- {one}\n" for one in differing))


def requests(stores: dict[str, Store]) -> None:
    """Print how many small queries a second each answers, to CLIENTS clients at once."""
    (_, first), *_ = stores.items()
    conditions = [ox.NamedNode(iri) for iri in first.arrays.taxonomy("condition").iris[::97]]

    def ask(url: str) -> int:
        endpoint, answered, until = Endpoint(url), 0, time.monotonic() + SECONDS
        while time.monotonic() < until:
            rows(endpoint, SUMMARY, {"condition": conditions[answered % len(conditions)]})
            answered += 1
        return answered

    for engine, store in stores.items():
        if isinstance(store, Endpoint):
            with ThreadPoolExecutor(CLIENTS) as pool:
                answered = sum(pool.map(ask, [store.url] * CLIENTS))
            print(
                f"- {engine}: {answered / SECONDS:,.0f} × {SUMMARY} a second to {CLIENTS} clients"
            )


def main(arguments: Sequence[str]) -> None:
    folder, *engines = arguments
    stores: dict[str, Store] = {"embedded": Store.open(Path(folder))}
    for engine in engines:
        name, _, url = engine.partition("=")
        stores[name] = Endpoint(url)
    compare(stores)
    requests(stores)


if __name__ == "__main__":
    main(sys.argv[1:])
