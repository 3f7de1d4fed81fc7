"""Ranks profiles by pyhpo or hpo3, whichever this interpreter has; they are both called `pyhpo`.

Reads JSON from standard input: `profiles` (a list of lists of HPO identifiers) and `cases`, each
with `present`, `truth` (a profile's number) and `changed` (profiles to put in place of others);
`combine` and `method` are those of the library. Writes [rank of the truth, seconds] for each case.
"""

from __future__ import annotations

import json
import sys
import time

from pyhpo import HPOSet, Ontology

given = json.load(sys.stdin)
Ontology()


def known(terms: list[str]) -> list[str]:
    found = []
    for term in terms:
        try:
            Ontology.get_hpo_object(term)
        except Exception:
            continue
        found.append(term)
    return found


def as_set(terms: list[str]):  # type: ignore[no-untyped-def]
    return HPOSet.from_queries(known(terms))


profiles = [as_set(terms) for terms in given["profiles"]]
ranks = []
for case in given["cases"]:
    sets = list(profiles)
    for number, terms in case["changed"].items():
        sets[int(number)] = as_set(terms) if terms else None
    asked = as_set(case["present"])
    named = [number for number, one in enumerate(sets) if one is not None]
    started = time.perf_counter()
    how = {"kind": "omim", "method": given["method"], "combine": given["combine"]}
    compared = [sets[number] for number in named]
    if hasattr(asked, "similarity_scores"):
        scores = asked.similarity_scores(compared, **how)
    else:
        scores = [asked.similarity(one, **how) for one in compared]
    taken = time.perf_counter() - started
    truth = scores[named.index(case["truth"])]
    better = sum(score > truth for score in scores)
    same = sum(score == truth for score in scores)
    ranks.append([better + (same + 1) / 2, taken])
json.dump(ranks, sys.stdout)
