"""The house: a module imports only from those above it, nothing heavy at import, all of it told."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.readers import FORMATS

PACKAGE = Path(__file__).resolve().parents[1] / "kg"
ORDER = [
    "errors",
    "resources",
    "words",
    "vocabulary",
    "identifiers",
    "records",
    "sources",
    "locks",
    "readers",
    "ahead",
    "fetch",
    "ntriples",
    "statements",
    "triples",
    "reconcile",
    "facts",
    "thresholds",
    "infer",
    "oboview",
    "assemble",
    "output",
    "sparql",
    "client",
    "streams",
    "names",
    "arrays",
    "packing",
    "indexes",
    "profiles",
    "releases",
    "store",
    "validation",
    "worklist",
    "guard",
    "resolve",
    "queries",
    "downloads",
    "remote",
    "endpoint",
    "rows",
    "tables",
    "licensing",
    "things",
    "from_rows",
    "prevalence",
    "turned_away",
    "rarity",
    "diff",
    "selection",
    "hierarchy",
    "schemes",
    "facets",
    "search",
    "alarms",
    "lay_words",
    "symptoms",
    "similarity",
    "ranking",
    "differential",
    "questions",
    "asker",
    "interview",
    "namesakes",
    "phenopackets",
    "conditions",
    "explain",
    "pages",
    "schemaorg",
    "sorting",
    "jsonld",
    "exports",
    "parts",
    "interchange",
    "server",
    "snapshot",
    "manifest",
    "build",
    "api",
    "terminal",
    "commands",
    "cli",
]
SHARED = ["limits", "files", "xml", "rdf", "tables", "terms", "orphadata"]
"""What several readers use, each only what stands before it."""
HEAVY = {
    "rdflib",
    "networkx",
    "numpy",
    "pyshacl",
    "pandas",
    "pyhpo",
    "curies",
    "rapidfuzz",
    "oxrdflib",
    "zstandard",
    "pyarrow",
}
NUMERIC = {"packing", "profiles", "similarity", "differential", "asker", "interview"}
"""Modules of arrays, which are imported where they are needed."""
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(file.relative_to(PACKAGE).with_suffix("")) for file in FILES]


def home(parts: list[str]) -> str:
    """Return the module of ORDER that a dotted path below the package belongs to, or ""."""
    return parts[0] if parts and parts[0] in ORDER else ""


def imports(file: Path, tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Yield (module outside or "", dotted path below kg) of every import, at any depth."""
    here = list(file.relative_to(PACKAGE.parent).with_suffix("").parts)
    package = here[:-1]
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            for name in part.names:
                yield name.name.partition(".")[0], name.name.split(".")[1:]
        elif isinstance(part, ast.ImportFrom):
            if part.level == 0:
                yield (part.module or "").partition(".")[0], (part.module or "").split(".")[1:]
                continue
            base = package[: len(package) - part.level + 1]
            base = base + (part.module.split(".") if part.module else [])
            for name in part.names:
                yield "", [*base, name.name][1:]


def below_type_checking(tree: ast.Module) -> ast.Module:
    """Return the module's own statements without what only a type checker reads."""
    kept = [
        statement
        for statement in tree.body
        if not (isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test))
    ]
    return ast.Module([s for s in kept if not isinstance(s, ast.FunctionDef | ast.ClassDef)], [])


def test_every_module_has_its_place() -> None:
    modules = {name.split("/")[0] for name in NAMES} - {"__init__", "__main__"}
    assert modules <= set(ORDER)
    assert len(modules) >= 20
    assert {name.split("/")[1] for name in NAMES if name.startswith("readers/")} == {
        *SHARED,
        *FORMATS.values(),
        "__init__",
    }


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_imports_go_up(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    place = home(list(file.relative_to(PACKAGE).with_suffix("").parts))
    used = [home(path) for outside, path in imports(file, tree) if outside in ("", "kg")]
    if place:  # the package's own __init__ offers names from everywhere
        allowed = {*ORDER[: ORDER.index(place) + 1], ""}
        assert set(used) <= allowed


def test_the_rule_sees_imports_of_every_form() -> None:
    source = "from . import a\nfrom .b import x\nimport c.d\ndef f():\n    from ..e import y\n"
    found = list(imports(PACKAGE / "readers" / "one.py", ast.parse(source)))
    assert sorted(found) == [
        ("", ["e", "y"]),
        ("", ["readers", "a"]),
        ("", ["readers", "b", "x"]),
        ("c", ["d"]),
    ]


def test_readers_build_on_each_other_in_one_direction() -> None:
    seen = 0
    for file in sorted((PACKAGE / "readers").glob("[!_]*.py")):
        place = SHARED.index(file.stem) if file.stem in SHARED else len(SHARED)
        allowed = [*SHARED[:place], *(["sssom"] if file.stem == "gard" else [])]
        for outside, path in imports(file, ast.parse(file.read_text("utf-8"))):
            if outside == "" and path[0] == "readers":
                assert path[1] in allowed
                seen += 1
    assert seen >= 10


def test_readers_make_no_triples_and_know_no_store() -> None:
    for file in (PACKAGE / "readers").glob("*.py"):
        used = {home(path) for _, path in imports(file, ast.parse(file.read_text("utf-8")))}
        assert used <= {"errors", "identifiers", "records", "vocabulary", "readers", ""}


def test_pages_know_nothing_of_addresses_and_applications() -> None:
    served = {"app", "browsing", "linked_data", "api", "schemes", "protocol", "headers"}
    pages = [*(PACKAGE / "server" / "views").glob("*.py"), PACKAGE / "server" / "site.py"]
    for file in pages:
        found = list(imports(file, ast.parse(file.read_text("utf-8"))))
        assert not {outside for outside, _ in found} & {"fastapi", "starlette"}
        assert not {path[1] for _, path in found if path[:1] == ["server"]} & served
    assert len(pages) >= 10


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_nothing_heavy_at_import(file: Path) -> None:
    """By the text of each module; a type checker's imports and those inside functions are free."""
    top = below_type_checking(ast.parse(file.read_text("utf-8")))
    allowed = {"numpy"} if file.stem in NUMERIC else set()
    assert not {outside for outside, _ in imports(file, top)} & HEAVY - allowed


def test_nothing_heavy_is_loaded_with_the_pipeline() -> None:
    """By what the interpreter has loaded after importing every module but the surfaces."""
    modules = [name for name in ORDER if name not in {"api", "cli", *NUMERIC}]
    modules = [m for m in modules if (PACKAGE / f"{m}.py").exists() or (PACKAGE / m).is_dir()]
    lines = "".join(f"import kg.{module}\n" for module in modules)
    code = f"{lines}import sys\nprint(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
    assert len(modules) >= 18


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_whatever_is_public_is_documented(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    if file.name != "__init__.py" or tree.body:
        assert ast.get_docstring(tree), "the module"
    for part in ast.walk(tree):
        if not isinstance(part, ast.ClassDef):
            continue
        for inside in part.body:
            if isinstance(inside, ast.FunctionDef) and not inside.name.startswith("_"):
                overloaded = any("overload" in ast.unparse(d) for d in inside.decorator_list)
                assert part.name.startswith("_") or overloaded or ast.get_docstring(inside), (
                    f"{part.name}.{inside.name}"
                )
    for part in tree.body:
        public = isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if public and not part.name.startswith("_"):
            assert ast.get_docstring(part), part.name
