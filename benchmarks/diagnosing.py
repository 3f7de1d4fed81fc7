"""Judges the differential and the interview on cases that others published, beside pyhpo and hpo3.

    pip install . -r benchmarks/requirements.txt
    python -m venv hpo3 && hpo3/bin/pip install hpo3       # apart: it is called pyhpo as well
    python benchmarks/diagnosing.py STORE --cases phenopackets.jsonl.gz --hpo3 hpo3/bin/python

Each case is ranked without the annotations that come from its own publication. The parameters of
the likelihood model were chosen on the diseases whose number's SHA-256 is even; the table is about
the others. Writes benchmarks/DIAGNOSIS.md.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from kg.asker import Asker
from kg.differential import METHODS, Differential
from kg.errors import DiseaseKGError
from kg.identifiers import compress, expand
from kg.interview import Interview
from kg.profiles import Profiles, floats
from kg.questions import ONSETS, Question
from kg.resolve import resolve
from kg.store import Store
from kg.symptoms import resolved
from kg.vocabulary import DCTERMS, DKG

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A patient: numbers of phenotypes, the condition's number, and the publication."""

    disease: str
    truth: int
    present: list[int]
    absent: list[int]
    cited: frozenset[str] = frozenset()


class Graph:
    """A store with the statements behind its profiles."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder)
        self.profiles = self.store.profiles
        self.conditions = self.store.arrays.taxonomy("condition")
        self.phenotypes = self.profiles.phenotypes
        self._said: dict[int, list[tuple[int, float | None, frozenset[str]]]] = defaultdict(list)
        self._citing: dict[str, set[int]] = defaultdict(set)
        self._read()

    def _read(self) -> None:
        names = {
            f"<{getattr(DKG, name)}>".encode(): name
            for name in (
                [
                    "condition",
                    "phenotype",
                    "frequency",
                    "frequencyLower",
                    "frequencyUpper",
                    "excluded",
                ]
            )
        }
        cites = f"<{DCTERMS.references}>".encode()
        told: dict[bytes, dict[str, bytes]] = defaultdict(dict)
        cited: dict[bytes, set[str]] = defaultdict(set)
        for line in self.store.lines():
            subject, predicate, rest = line.split(b" ", 2)
            if predicate in names:
                told[subject][names[predicate]] = rest.split(b" ", 1)[0]
            elif predicate == cites:
                cited[subject].add(rest.split(b" ", 1)[0][1:-1].decode())
        for subject, said in told.items():
            if "phenotype" not in said or "condition" not in said:
                continue
            bounds = told.get(said.get("frequency", b""), said)
            share = None
            if "excluded" in said:
                share = 0.0
            elif "frequencyLower" in bounds:
                low, high = (bounds[f"frequency{end}"].split(b'"')[1] for end in ("Lower", "Upper"))
                share = (float(low) + float(high)) / 2
            condition = self.conditions.numbers[said["condition"][1:-1].decode()]
            phenotype = self.phenotypes.numbers[said["phenotype"][1:-1].decode()]
            references = frozenset(cited.get(subject, ()))
            self._said[condition].append((phenotype, share, references))
            for reference in references:
                self._citing[reference].add(condition)

    def changes(self, cited: frozenset[str]) -> dict[int, tuple[dict[int, float], list[int]]]:
        """Return what the conditions have and lack without what comes from publications."""
        return {
            condition: self._profile(condition, cited)
            for reference in cited
            for condition in self._citing.get(reference, ())
        }

    def without(self, cited: frozenset[str]) -> Profiles:
        """Return the profiles without what comes from publications."""
        changed = self.changes(cited)
        base = self.profiles
        if not changed:
            return base
        numbers = np.repeat(base.conditions, base.sizes)
        keep = ~np.isin(numbers, list(changed))
        rows = [(c, s, f) for c, (shares, _) in changed.items() for s, f in shares.items()]
        columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0)] * 3
        numbers = np.concatenate([numbers[keep], columns[0].astype(np.int64)])
        symptoms = np.concatenate([base.symptoms[keep], columns[1].astype(np.uint32)])
        shares = np.concatenate([base.shares[keep], columns[2].astype(np.float32)])
        order = np.lexsort((symptoms, numbers))
        numbers, symptoms, shares = numbers[order], symptoms[order], floats(shares[order])
        conditions, starts = np.unique(numbers, return_index=True)
        profiles = replace(
            base,
            conditions=conditions,
            starts=starts,
            symptoms=symptoms,
            shares=shares,
            absent=_Absent(base, {c: absent for c, (_, absent) in changed.items()}),
            _vectors={},
        )
        return self._closed(profiles, set(changed))

    def has_symptoms(self, case: Case) -> bool:
        """Return whether the condition of a case has any without the case's own publication."""
        return bool(self._profile(case.truth, case.cited)[0])

    def _profile(self, condition: int, cited: frozenset[str]) -> tuple[dict[int, float], list[int]]:
        said: dict[int, list[float | None]] = defaultdict(list)
        for phenotype, share, references in self._said[condition]:
            if not references & cited:
                said[phenotype].append(share)
        shares: dict[int, float] = {}
        for phenotype, values in said.items():
            stated = [share for share in values if share is not None]
            shares[phenotype] = sum(stated) / len(stated) if stated else float("nan")
        absent = sorted(phenotype for phenotype, share in shares.items() if share == 0)
        return {p: s for p, s in shares.items() if s != 0}, absent

    def _closed(self, profiles: Profiles, changed: set[int]) -> Profiles:
        phenotypes, places, shares = self.profiles.closed
        numbers = self.profiles.conditions[places]
        keep = ~np.isin(numbers, list(changed))
        rows = [
            (phenotype, number, share)
            for place, number in enumerate(profiles.conditions.tolist())
            if number in changed
            for phenotype, share in enumerate(profiles.closure(place).tolist())
            if share
        ]
        more = [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0)] * 3
        phenotypes = np.concatenate([phenotypes[keep], more[0].astype(np.int64)])
        numbers = np.concatenate([numbers[keep], more[1].astype(np.int64)])
        shares = np.concatenate([shares[keep], more[2].astype(np.float32)])
        order = np.argsort(phenotypes, kind="stable")
        phenotypes = phenotypes[order]
        closed = phenotypes, np.searchsorted(profiles.conditions, numbers[order]), shares[order]
        bounds = np.searchsorted(phenotypes, np.arange(len(self.phenotypes.iris) + 1))
        return replace(profiles, closed=closed, bounds=bounds, _vectors={})

    def cases(self, file: Path) -> Iterator[Case]:
        """Yield the published cases whose disease and findings the graph has."""
        with gzip.open(file) as lines:
            for line in lines:
                packet = json.loads(line)
                disease = packet["diseases"][0]["term"]["id"]
                truth = self._condition(disease)
                found: dict[bool, list[int]] = {True: [], False: []}
                for feature in packet["phenotypicFeatures"]:
                    number = self._phenotype(feature["type"]["id"])
                    if number is not None:
                        found[bool(feature.get("excluded"))].append(number)
                cited = frozenset(expand(r["id"]) for r in packet["metaData"]["externalReferences"])
                if truth is not None and found[False]:
                    present, absent = (list(dict.fromkeys(found[way])) for way in (False, True))
                    yield Case(disease, truth, present, absent, cited)

    def _condition(self, curie: str) -> int | None:
        try:
            return self.conditions.numbers.get(resolve(self.store, curie, "condition").value)
        except DiseaseKGError:
            return None

    def _phenotype(self, curie: str) -> int | None:
        try:
            return self.phenotypes.numbers.get(resolved(self.store, curie))
        except DiseaseKGError:
            return None

    def simulated(self, rng: random.Random, count: int) -> Iterator[Case]:
        """Yield patients drawn from the annotations: omission, imprecision and noise.

        As many of the symptoms as their shares say, up to ten; a third are named by what they are
        kinds of; two that the condition has not are added.
        """
        profiles = self.profiles
        named = sorted(set(profiles.symptoms.tolist()))
        while count:
            place = rng.randrange(len(profiles.conditions))
            mine = profiles.of_condition(place)
            shares = np.nan_to_num(profiles.shares[mine], nan=0.5)
            drawn = [
                int(symptom)
                for symptom, share in zip(profiles.symptoms[mine], shares, strict=True)
                if rng.random() < share
            ]
            if len(drawn) < 3:
                continue
            present = rng.sample(drawn, min(10, len(drawn)))
            for at in range(len(present)):
                parents = self.phenotypes.parents[present[at]]
                if rng.random() < 1 / 3 and len(parents):
                    present[at] = int(rng.choice(list(parents)))
            present += rng.sample(named, 2)
            count -= 1
            number = int(profiles.conditions[place])
            yield Case(str(number), number, list(dict.fromkeys(present)), [])


class _Absent:
    """What conditions lack, some of it changed."""

    def __init__(self, base: Profiles, changed: dict[int, list[int]]) -> None:
        self._base = base.absent
        self._changed = changed

    def __getitem__(self, number: int) -> list[int]:
        return self._changed.get(number) or list(self._base[number])


def rank_of(scores: np.ndarray, truth: int) -> float:
    """Return the rank of one score, the mean of those that are the same."""
    better = int((scores > scores[truth]).sum())
    return better + (int((scores == scores[truth]).sum()) + 1) / 2


def ours(
    graph: Graph, cases: list[Case], methods: tuple[str, ...]
) -> dict[str, list[tuple[float, float]]]:
    """Return (rank of the truth, seconds) of each case, by method."""
    found: dict[str, dict[int, tuple[float, float]]] = {method: {} for method in methods}
    by_publication: dict[frozenset[str], list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        by_publication[case.cited].append(number)
    for cited, numbers in by_publication.items():
        profiles = graph.without(cited)
        differential = Differential(graph.store, profiles)
        for number, method in product(numbers, methods):
            case = cases[number]
            differential.scores(case.present, case.absent, method)  # warm, as peers' caches are
            started = time.perf_counter()
            scores = differential.scores(case.present, case.absent, method)
            taken = time.perf_counter() - started
            place = int(np.searchsorted(profiles.conditions, case.truth))
            found[method][number] = rank_of(scores, place), taken
    return {method: [ranks[n] for n in range(len(cases))] for method, ranks in found.items()}


def peers(
    graph: Graph, cases: list[Case], python: str, method: str, combine: str
) -> list[tuple[float, float]]:
    """Return (rank of the truth, seconds) of each case by pyhpo or hpo3."""
    base = graph.profiles
    places = {int(number): place for place, number in enumerate(base.conditions)}

    def curies(numbers: list[int]) -> list[str]:
        return [str(compress(graph.phenotypes.iris[number])) for number in numbers]

    asked = {
        "method": method,
        "combine": combine,
        "profiles": [
            curies(base.symptoms[base.of_condition(place)].tolist())
            for place in range(len(base.conditions))
        ],
        "cases": [
            {
                "present": curies(case.present),
                "truth": places[case.truth],
                "changed": {
                    places[c]: curies(sorted(symptoms))
                    for c, (symptoms, _) in graph.changes(case.cited).items()
                    if c in places
                },
            }
            for case in cases
        ],
    }
    done = subprocess.run(
        [python, str(HERE / "ranking_peer.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    return [(rank, seconds) for rank, seconds in json.loads(done.stdout)]


def line(name: str, cases: list[Case], found: list[tuple[float, float]]) -> str:
    """Return a row of a table: of all cases, and as the mean of the diseases."""
    ranks = np.array([rank for rank, _ in found])
    groups: dict[str, list[float]] = defaultdict(list)
    for case, rank in zip(cases, ranks, strict=True):
        groups[case.disease].append(1 / rank)
    macro = np.mean([np.mean(group) for group in groups.values()])
    shares = " | ".join(f"{np.mean(ranks <= most):.1%}" for most in (1, 5, 10))
    taken = 1000 * float(np.median([seconds for _, seconds in found]))
    return f"| {name} | {shares} | {np.mean(1 / ranks):.3f} | {macro:.3f} | {taken:.1f} ms |\n"


HEAD = (
    "| by | rank 1 | top 5 | top 10 | mean reciprocal rank | the same, mean of diseases "
    "| time (median) |\n| --- | --- | --- | --- | --- | --- | --- |\n"
)


def compared(graph: Graph, cases: list[Case], given: argparse.Namespace) -> str:
    """Return the table of all methods on some cases."""
    rows = HEAD
    for method, ranks in ours(graph, cases, METHODS).items():
        rows += line(f"disease-kg, {method}", cases, ranks)
    sample = random.Random(1).sample(cases, min(given.peer_cases, len(cases)))
    same = ours(graph, sample, ("likelihood",))["likelihood"]
    rows += line(f"disease-kg, likelihood, {len(sample)} of them", sample, same)
    for python, name, chosen in (
        (given.hpo3, "hpo3", sample),
        (sys.executable, "pyhpo", sample[: given.pyhpo_cases]),
    ):
        for method, combine in (("resnik", "funSimAvg"), ("lin", "funSimAvg"), ("graphic", "BMA")):
            if not python or (name == "pyhpo" and method == "graphic"):  # half a minute a case
                continue
            found = peers(graph, chosen, python, method, combine)
            rows += line(f"{name}, {method}, {combine}, {len(chosen)} of them", chosen, found)
    print(rows, file=sys.stderr, flush=True)
    return rows


def asked(interview: Interview, choose: str, rng: random.Random) -> Question | None:
    """Return the best question, one at random, or that about the most frequent symptom."""
    if choose == "best":
        return interview.question()
    asker = interview.asker
    possible = asker.answerable > 0
    possible[interview.settled] = False
    open_ = np.flatnonzero(possible)
    if choose == "random":
        return interview.about(int(rng.choice(open_)), 0)
    return interview.about(int(open_[np.argmax(asker.profiles.frequencies[open_])]), 0)


def interviews(graph: Graph, count: int, wrong: float, choose: str) -> list[float]:
    """Return the share of simulated patients with the truth in the first five, by answers given.

    A patient begins with one frequent symptom. `wrong` of the answers are the opposite, and as
    many "don't know".
    """
    asker = Asker(graph.store)
    profiles, rng = graph.profiles, random.Random(7)
    iris, numbers = profiles.phenotypes.iris, profiles.phenotypes.numbers
    onsets = graph.store.arrays.facet("onset").of
    hits, done = [0] * 11, 0
    while done < count:
        place = rng.randrange(len(profiles.conditions))
        mine = profiles.of_condition(place)
        shares = np.nan_to_num(profiles.shares[mine], nan=0.5)
        symptoms = profiles.symptoms[mine].tolist()
        frequent = [
            s for s, f in zip(symptoms, shares, strict=True) if f >= 0.5 and asker.answerable[s]
        ]
        if len(symptoms) < 5 or not frequent:
            continue
        done += 1
        first = rng.choice(frequent)
        has = {first, *(s for s, f in zip(symptoms, shares, strict=True) if rng.random() < f)}
        closed = {int(over) for symptom in has for over in profiles.over(symptom)}
        interview = Interview(asker, (iris[first],))
        for answers in range(11):
            hits[answers] += rank_of(interview.scores, place) <= 5
            question = asked(interview, choose, rng)
            if question is None or answers == 10:
                hits[answers + 1 :] = [
                    n + (rank_of(interview.scores, place) <= 5) for n in hits[answers + 1 :]
                ]
                break
            if question.about == "onset":
                known = onsets.count(int(profiles.conditions[place]))
                answer = rng.choices([*ONSETS], asker.onsets[place])[0] if known else "unknown"
            elif question.finding is None:
                answer = "yes" if rng.random() < asker.familial[place] else "no"
            else:
                true = numbers[question.finding.iri] in closed
                answer = "yes" if true != (rng.random() < wrong) else "no"
            if question.about != "onset" and rng.random() < wrong:
                answer = "unknown"
            interview = interview.answered(question, answer)
    return [hit / done for hit in hits]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--cases", type=Path, required=True, help="phenopackets, one a line")
    parser.add_argument("--hpo3", default="", help="a Python that has hpo3")
    parser.add_argument("--peer-cases", type=int, default=200, help="so many cases for hpo3")
    parser.add_argument("--pyhpo-cases", type=int, default=5, help="so many of them for pyhpo")
    parser.add_argument("--patients", type=int, default=500)
    given = parser.parse_args()
    graph = Graph(given.store)
    every = list(graph.cases(given.cases))
    kept = [case for case in every if graph.has_symptoms(case)]
    held = [c for c in kept if int(hashlib.sha256(c.disease.encode()).hexdigest(), 16) % 2]
    out = [
        "# Diagnosis\n",
        f"{len(every):,} published cases have a disease and findings of the graph; of "
        f"{len(kept):,} something is left without their own publication. The parameters were "
        f"chosen on half of the diseases; these are the {len(held):,} cases of the other "
        f"{len({c.disease for c in held})}.\n",
        "## Published cases\n",
        compared(graph, held, given),
        "## Simulated patients\n",
        f"{given.patients} patients drawn from the annotations: up to ten symptoms, a third of "
        "them named less precisely, and two that do not belong.\n",
        compared(graph, list(graph.simulated(random.Random(11), given.patients)), given),
        "## Interview\n",
        "The share of simulated patients whose condition is among the first five of all, after so "
        "many answers, beginning with one frequent symptom.\n",
        "| questions | wrong answers | 0 | 2 | 4 | 6 | 8 | 10 |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        + "".join(
            f"| {choose} | {wrong:.0%} | "
            + " | ".join(f"{hits[n]:.1%}" for n in range(0, 11, 2))
            + " |\n"
            for choose, wrong in (("best", 0.0), ("best", 0.05), ("frequent", 0.0), ("random", 0.0))
            for hits in [interviews(graph, given.patients, wrong, choose)]
        ),
    ]
    text = "\n".join(out)
    (HERE / "DIAGNOSIS.md").write_text(text, "utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
