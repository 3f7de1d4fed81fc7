"""Everything that can go wrong, as one tree; each error carries its data and says what to do.

DiseaseKGError
├── InvalidIdentifier           not an identifier of any known registry
├── NotFound
│   ├── UnknownThing            a name or identifier that the graph does not have
│   ├── AmbiguousThing          a name or record of several conditions
│   ├── UnknownIdentifiers      what a list has and the graph does not
│   ├── UnknownScheme           a hierarchy of another nomenclature that the graph does not have
│   ├── UnknownQuery
│   ├── UnknownSource
│   ├── UnknownLicense
│   └── MissingStore
│       └── UnknownRelease
├── SourceError                 a publisher's file that cannot be read
├── FetchError                  a publisher's file that cannot be downloaded
├── QueryError
│   ├── QuerySyntaxError        with line, column and a caret
│   ├── MissingParameter
│   └── UnknownParameter
├── InvalidRelease              not a name that a release can have
├── UnknownFormat
├── UnknownMethod
├── NothingLeft                 a selection of sources that no source is in
├── NoneChosen                  a selection of conditions that no condition is in
├── MissingPackage              a package that only some commands need
├── UnratingAuthority           an authority that rates no condition of the graph
├── StoreError                  the store cannot be opened, written or swapped
├── EndpointError               a SPARQL endpoint that does not answer, or answers no graph of ours
└── BuildError                  a build that would make an invalid graph
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path


class DiseaseKGError(Exception):
    """Base of every error of this package; `exit_code` is what the command ends with."""

    exit_code = 2


class InvalidIdentifier(DiseaseKGError):
    """Text that is no identifier of a known registry."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"{text!r} is not an identifier: {reason}")


class NotFound(DiseaseKGError):
    """Something asked for by name that is not there, with what comes near it."""

    kind = "thing"
    advice = ""

    def __init__(self, name: str, did_you_mean: Sequence[str] = ()) -> None:
        self.name = name
        self.did_you_mean = list(did_you_mean)
        message = f"no {self.kind} {name!r}"
        if self.did_you_mean:
            message += "; did you mean " + " or ".join(repr(s) for s in self.did_you_mean) + "?"
        elif self.advice:
            message += f"; {self.advice}"
        super().__init__(message)

    @classmethod
    def among(cls, name: str, known: Sequence[str]) -> "NotFound":
        """Return the error with the nearest of the known names as suggestions."""
        return cls(name, get_close_matches(name, known, n=3))


class UnknownThing(NotFound):
    """A name or identifier that no condition, site, specialist… of the graph has."""

    exit_code = 4

    def __init__(self, name: str, did_you_mean: Sequence[str] = (), kind: str = "condition"):
        self.kind = kind
        self.advice = "'disease-kg search' looks for parts of names"
        super().__init__(name, did_you_mean)


class UnknownIdentifiers(NotFound):
    """What a list of identifiers has that is of no condition of the graph, with the reasons."""

    exit_code = 4
    kind = "condition in"

    def __init__(self, path: str, reasons: Mapping[str, str], known: int) -> None:
        super().__init__(path)
        self.reasons = dict(reasons)
        self.known = known
        told = "".join(f"\n  {reason}" for reason in self.reasons.values())
        count = f"{len(self.reasons):,} of {len(self.reasons) + known:,}"
        self.args = (f"{path}: {count} are of no condition of this graph:{told}",)


class AmbiguousThing(NotFound):
    """A name or a record of several conditions, so that it means none of them.

    `candidates` are these, each as its identifier and name.
    """

    exit_code = 4

    def __init__(self, name: str, candidates: Sequence[tuple[str, str]], what: str) -> None:
        self.candidates = list(candidates)
        super().__init__(name, [id for id, _ in candidates])
        told = ", ".join(f"{id} ({label})" for id, label in candidates)
        self.args = (f"{name!r} is a {what} of several conditions: {told}",)


class UnknownScheme(NotFound):
    """A hierarchy of another nomenclature that the graph does not have, or that has none at all."""

    exit_code = 4
    kind = "hierarchy"
    none = (
        "this graph has no hierarchy but its own; others, such as Orphanet's classifications, come "
        "with a build from their publishers' files ('disease-kg fetch', 'build --sources')"
    )

    def __init__(self, name: str, did_you_mean: Sequence[str], known: Sequence[str]) -> None:
        self.known = list(known)
        self.advice = "'disease-kg tree --schemes' lists them" if known else self.none
        super().__init__(name, did_you_mean)


class UnknownQuery(NotFound):
    """A named query that does not exist."""

    kind = "query"
    advice = "'disease-kg query --list' lists them"


class UnknownSource(NotFound):
    """A source that data/sources.toml does not list."""

    kind = "source"
    advice = "'disease-kg sources' lists them"


class UnknownLicense(NotFound):
    """A license that no source of the graph has."""

    kind = "license of a source"
    advice = "'disease-kg sources' shows them"


class NothingLeft(DiseaseKGError):
    """A selection of sources that leaves none."""

    def __init__(self) -> None:
        super().__init__("no source is left; 'disease-kg sources' shows them with their licenses")


class NoneChosen(DiseaseKGError):
    """A selection of conditions that leaves none."""

    exit_code = 1

    def __init__(self) -> None:
        super().__init__("no condition meets all of what was asked for; ask for less at a time")


class MissingPackage(DiseaseKGError):
    """A package that is not installed, because only some commands need it."""

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        super().__init__(
            f"the package {package} is not installed; pip install 'disease-kg[{extra}]'"
        )


class MissingStore(NotFound):
    """A folder that holds no graph."""

    exit_code = 5
    kind = "graph in"
    advice = "make one with 'disease-kg build --output FOLDER'"


class UnknownRelease(MissingStore):
    """A name that no release has, with those that there are."""

    def __init__(self, name: str, known: Sequence[str], advice: str = "") -> None:
        super().__init__(name)
        self.known = list(known)
        none = "there is none yet: 'disease-kg build --release NAME' makes one"
        there = f"the releases are: {', '.join(known)}" if known else none
        self.args = (f"no release {name!r}; {there}" + (f"; {advice}" if advice else ""),)


class InvalidRelease(DiseaseKGError):
    """A name that no release can have."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name!r} is no name for a release: letters a to z and digits, and after the first "
            "also '.', '_' and '-', at most 100 in all"
        )


class SourceError(DiseaseKGError):
    """A publisher's file that cannot be read: which, where in it, why, and what to do."""

    exit_code = 3

    def __init__(self, path: Path | str, problem: str, where: str = "", advice: str = "") -> None:
        self.path = str(path)
        self.problem = problem = _printable(problem)
        self.where = where = _printable(where)
        self.advice = advice = _printable(advice)
        message = f"{self.path}{', ' + where if where else ''}: {problem}"
        super().__init__(message + (f"; {advice}" if advice else ""))


_QUOTED = 500
"""So many characters of what a file says stand in an error."""


def _printable(text: str) -> str:
    """Return a text that may quote a file: not too long, no character that commands a terminal."""
    if len(text) > _QUOTED:
        text = text[:_QUOTED] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


class FetchError(DiseaseKGError):
    """A publisher's file that cannot be downloaded: from where, why, and what to do instead."""

    def __init__(self, url: str, problem: str, advice: str = "") -> None:
        self.url = url
        self.problem = problem
        self.advice = advice
        super().__init__(f"{url} {problem}" + (f"; {advice}" if advice else ""))


class QueryError(DiseaseKGError):
    """A query that cannot be run."""


class QuerySyntaxError(QueryError):
    """SPARQL that does not parse, with the place and a caret under it."""

    def __init__(self, problem: str, line: int, column: int, text: str) -> None:
        self.problem = problem
        self.line = line
        self.column = column
        lines = text.splitlines()
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        caret = " " * (column - 1) + "^"
        super().__init__(f"SPARQL, line {line}, column {column}: {problem}\n  {shown}\n  {caret}")


class MissingParameter(QueryError):
    """A named query asked without a parameter that it needs."""

    def __init__(self, query: str, parameter: str, expected: Sequence[str]) -> None:
        self.query = query
        self.parameter = parameter
        self.expected = list(expected)
        super().__init__(
            f"query {query!r} needs {parameter}=…; its parameters: {', '.join(expected)}"
        )


class UnknownParameter(QueryError):
    """A parameter that a named query does not have."""

    def __init__(self, query: str, parameter: str, expected: Sequence[str]) -> None:
        self.query = query
        self.parameter = parameter
        self.expected = list(expected)
        takes = ", ".join(expected) if expected else "none"
        super().__init__(f"query {query!r} has no parameter {parameter!r}; it takes: {takes}")


class UnknownFormat(DiseaseKGError):
    """A format that cannot be written or read here, or not for what is to be written."""

    def __init__(self, name: str, known: Sequence[str], what: str = "") -> None:
        self.name = name
        self.known = list(known)
        wanted = f"{name!r} for {what}" if what else repr(name)
        super().__init__(f"no format {wanted}; choose from {', '.join(known)}")


class UnknownMethod(DiseaseKGError):
    """A way to rank conditions that there is not."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = list(known)
        super().__init__(f"no method {name!r}; choose from {', '.join(known)}")


class UnratingAuthority(DiseaseKGError):
    """An authority that the graph knows, but of whom it has no statement on rarity."""

    def __init__(self, authority: str, rating: Sequence[str]) -> None:
        self.authority = authority
        self.rating = list(rating)
        some = f"; it has some of: {', '.join(rating)}" if rating else ""
        super().__init__(f"this graph has no statement of {authority} on rarity{some}")


class StoreError(DiseaseKGError):
    """A store that cannot be opened, written or put in place."""

    exit_code = 5


class EndpointError(DiseaseKGError):
    """A SPARQL endpoint that does not answer as one: which, what is wrong, and what to do."""

    exit_code = 5

    def __init__(self, url: str, problem: str, advice: str = "") -> None:
        self.url = url
        self.problem = problem
        self.advice = advice
        super().__init__(f"{url} {problem}" + (f"; {advice}" if advice else ""))


class BuildError(DiseaseKGError):
    """A build that was given up; the store that was there before is untouched."""

    exit_code = 1
