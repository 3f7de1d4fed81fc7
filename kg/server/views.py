"""The pages of the site as HTML: what each shows, read from the store and put into a template."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, cast
from urllib.parse import urlencode

import jinja2
import pyoxigraph as ox
from markupsafe import Markup, escape

from .. import __version__, facets, pages, queries
from .. import symptoms as plain
from ..alarms import Alarms
from ..arrays import KINDS, Facet
from ..conditions import Condition
from ..differential import told, unsaid
from ..errors import UnknownThing
from ..explain import BASES
from ..hierarchy import Hierarchy
from ..identifiers import compress
from ..interview import ENOUGH, Asker, Interview
from ..licensing import SHORT_NAMES
from ..pages import DISCLAIMER, Line
from ..rarity import ENTRY, ORPHANET, Authority, disagreements, grounds, rare_by_one
from ..rarity import authorities as all_authorities
from ..resolve import resolve
from ..schemaorg import medical_condition
from ..search import identified
from ..search import search as find
from ..store import Store
from ..tables import short
from ..things import Thing
from ..thresholds import Criterion
from ..vocabulary import DCTERMS, RDFS, SOURCE
from . import answers, charts, editor, links, said

PER_PAGE = 200
"""So many entries of a list stand on a page."""

_MANY = 2000
"""Of a symptom that so many conditions have, the frequencies in each are not shown."""

_ROWS = 1000
"""So many rows of an answer to SPARQL stand on its page."""

_CACHED = 32_768
"""So many pages are kept ready, compressed: all conditions', in some 150 MB."""

_LICENSES = {address: name.replace("-", " ") for name, address in SHORT_NAMES.items()}
"""What people call the licenses, by their addresses."""

_ADDRESS = re.compile(
    rf"https?://[^\s)]+|\b(?:{'|'.join(links.RECORDS)}):[A-Za-z0-9.-]*[A-Za-z0-9]"
)


class Site:
    """The pages over one store; each method returns the HTML of one.

    With a `base`, which may be empty, they are for a host of files at that path, and offer nothing
    that needs a server.
    """

    def __init__(self, store: Store, base: str | None = None) -> None:
        self.store = store
        self.base = base or ""
        self.hierarchy = Hierarchy.of(store)
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("kg.server"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self._templates.filters["linked"] = _linked
        self._templates.filters["addressed"] = _addressed
        self._templates.filters["json_data"] = _json_data
        self._templates.globals.update(
            disclaimer=DISCLAIMER, path=links.path, outside=links.outside, short=short,
            version=__version__, static=base is not None, base=self.base,
        )  # fmt: skip
        self.kept: dict[str, bytes] = {}

    def warm(self) -> None:
        """Read what takes seconds before the first visitor asks for it."""
        len(self._disagreements)
        Interview(self.asker).question()

    def render(self, template: str, **values: Any) -> str:
        """Return a page."""
        return self._templates.get_template(template).render(**values)

    def home(self) -> str:
        """Return the first page: search, and ways to browse."""
        return self.render(
            "home.html",
            conditions=len(self.store.arrays.taxonomy("condition").iris) - len(self.animals),
            animals=len(self.animals),
            specialists=self._for_people,
            authorities=self.authorities,
            sites=self.top("site", 24),
            symptoms=self.top("symptom", 24),
        )

    @cached_property
    def specialists(self) -> list[dict[str, Any]]:
        """The specialists, with the number of conditions of each."""
        return list(queries.run(self.store, "specialists"))

    @cached_property
    def authorities(self) -> list[Authority]:
        """The authorities, with the number of conditions that each rates."""
        return all_authorities(self.store)

    @cached_property
    def animals(self) -> frozenset[str]:
        """The IRIs of the conditions of animals, which lists leave out unless they are wanted."""
        return facets.of_animals(self.store)

    @cached_property
    def _animals(self) -> frozenset[int]:
        numbers = self.store.arrays.taxonomy("condition").numbers
        return frozenset(numbers[iri] for iri in self.animals)

    def people(
        self, found: list[tuple[str, str]], animals: bool = False
    ) -> tuple[list[tuple[str, str]], int]:
        """Return the conditions to list of those found, and how many of animals are left out.

        None is left out if there are no others, or if `animals` says so.
        """
        shown = [pair for pair in found if pair[0] not in self.animals]
        return (found, 0) if animals or not shown else (shown, len(found) - len(shown))

    @cached_property
    def _for_people(self) -> list[tuple[str, str, int]]:
        """The specialists whom people see: IRI, name, number of conditions."""
        facet = self.store.arrays.facet("specialist")
        told = []
        for row in self.specialists:
            number = facet.things.numbers.get(str(row["specialist"]))
            count = 0 if number is None else self._count(facet, number)
            told += [(str(row["specialist"]), str(row["label"]), count)] if count else []
        return told

    def _count(self, facet: Facet, number: int) -> int:
        """Return how many conditions of people have a thing of a facet."""
        return sum(1 for condition in facet.found[number] if condition not in self._animals)

    @lru_cache(8)  # noqa: B019 - as long as the site is there
    def top(self, facet: str, most: int) -> list[tuple[str, str, int]]:
        """Return the things of a facet that most conditions have: IRI, name, number of people's."""
        found = self.store.arrays.facet(facet)
        counts = [(found.stated.count(n), n) for n in range(len(found.things.iris))]
        largest = sorted(counts, key=lambda pair: (-pair[0], pair[1]))[:most]
        things = sorted(number for count, number in largest if count)
        return [
            (found.things.iris[n], found.things.labels[n], self._count(found, n)) for n in things
        ]

    @cached_property
    def asker(self) -> Asker:
        """What asks the questions."""
        return Asker(self.store)

    @cached_property
    def alarms(self) -> Alarms:
        """What is a reason to seek help at once."""
        return Alarms(self.store)

    def meant(self, text: str) -> str:
        """Return the symptoms that plain words may mean, to go on from."""
        found = plain.find(self.store, text, 12)
        alarms = self.alarms.meant(text, found)
        return self.render("meant.html", text=text, found=found, alarms=alarms)

    def diagnosis(self, present: list[str], absent: list[str], helped: bool = False) -> str:
        """Return the conditions that findings speak for, with the reasons."""
        given, unmet = said.understood(self.store, {"present": present, "absent": absent})
        so_far = answers.interview(
            self.asker, given["present"], [], given["absent"], [], helped=helped
        )
        begun = bool(so_far.said or so_far.absent) and not so_far.urgent
        candidates = (
            self.asker.differential.rank(so_far.said, so_far.absent, limit=20) if begun else []
        )
        kept = [("present", short(iri)) for iri in so_far.said]
        kept += [("absent", short(iri)) for iri in so_far.absent]
        kept += [("helped", "yes")] if helped else []
        return self.render(
            "diagnosis.html",
            present=self._things(so_far.said),
            absent=self._things(so_far.absent),
            unmet=unmet,
            kept_all=kept,
            candidates=candidates,
            scope=self.asker.differential.scope,
            told=told,
            unsaid=unsaid,
            alarms=said.alarms(so_far, present),
            helped=helped,
            helped_address=said.helped("/diagnosis", kept) if so_far.urgent else "",
            specialists=so_far.specialists() if candidates else [],
        )

    def interview(
        self,
        texts: dict[str, list[str]],
        onset: str,
        family: str,
        helped: bool = False,
    ) -> str:
        """Return the next question of an interview, and what the answers speak for.

        `texts` are the findings by name or identifier: "said", and answered "yes", "no", "unknown".
        """
        given, unmet = said.understood(self.store, texts)
        so_far = answers.interview(self.asker, **given, onset=onset, family=family, helped=helped)
        begun = bool(so_far.known) and not so_far.urgent
        question = so_far.question() if begun else None
        kept = said.kept(so_far)
        return self.render(
            "interview.html",
            unmet=unmet,
            kept=kept,
            question=question,
            asked="" if question is None else said.options(question),
            number=so_far.answers + 1,
            enough=ENOUGH,
            end=so_far.end,
            given=said.given(so_far),
            candidates=so_far.candidates(8) if begun else [],
            scope=self.asker.differential.scope,
            told=told,
            unsaid=unsaid,
            alarms=said.alarms(so_far, texts["said"]),
            helped_address=said.helped("/interview", kept) if so_far.urgent else "",
            tests=so_far.tests() if begun else [],
            specialists=so_far.specialists() if begun else [],
        )

    def _things(self, iris: Sequence[str]) -> list[Thing]:
        return [Thing(iri, self.store.arrays.label(iri)) for iri in iris]

    def packed(self, iri: str, name: str) -> bytes:
        """Return the page of a condition, compressed, and keep it under a name."""
        page = self.kept.get(name) or gzip.compress(self.page(iri).encode(), 5)
        while len(self.kept) >= _CACHED:
            self.kept.pop(next(iter(self.kept)), None)
        self.kept[name] = page
        return page

    def page(self, iri: str, whole: bool = False) -> str:
        """Return the page of a condition, made anew, with the whole of its long lists if wanted."""
        condition = Condition(self.store, iri)
        if condition.deprecated:
            return self._withdrawn(condition)
        page = pages.page(self.store, condition, whole)
        numbers = {source: number for number, source in enumerate(page.sources, 1)}
        return self.render(
            "condition.html",
            condition=condition,
            page=page,
            numbers=numbers,
            chart=self._chart(condition),
            around=self._around(condition),
            schema=medical_condition(condition, self.base + links.path(iri, "condition")),
            research=_research(condition),
        )

    def _withdrawn(self, condition: Condition) -> str:
        """Return the page of an entry that its source has withdrawn: what to see instead."""
        instead = [
            (thing, links.path(thing.iri, _kind(thing.iri)) if self.store.label(thing.iri) else "")
            for thing in condition.replacements
        ]
        return self.render("withdrawn.html", condition=condition, instead=instead)

    def _around(self, condition: Condition) -> list[tuple[int, str, str, int]]:
        """Return the neighborhood of a condition as rows of a tree: depth, IRI, name, number."""
        taxonomy = self.store.arrays.taxonomy("condition")
        if condition.iri not in taxonomy.numbers:
            return []
        ways = self._ways_up(condition.iri, 1)
        rows = [
            (depth, iri, self.hierarchy.label(iri), taxonomy.below.count(taxonomy.numbers[iri]))
            for depth, iri in enumerate(ways[0] if ways else [condition.iri])
        ]
        depth = len(rows)
        rows += [(depth, t.iri, t.label, t.count) for t in condition.narrower[:12]]
        return rows

    def _ways_up(self, iri: str, most: int) -> list[list[str]]:
        """Return ways from a root down to a condition, one for each of its parents at first."""
        taxonomy = self.store.arrays.taxonomy("condition")
        roots = [n for n in taxonomy.above[taxonomy.numbers[iri]] if not taxonomy.parents.count(n)]
        found: list[list[str]] = []
        for root in roots:
            found += [way[::-1] for way in self.hierarchy.paths(iri, taxonomy.iris[root], most)]
        return sorted(found, key=len)[:most]

    def _chart(self, condition: Condition) -> Markup | None:
        """Return the chart of the published shares of a condition, None without any."""
        bars = []
        for row in condition.estimates:
            least, most, value = row["lower"], row["upper"], row["value"]
            if row["type"] == "point prevalence" and (value is not None or least is not None):
                low = float(str(value if least is None else least))
                high = float(str(value)) if most is None and least is None else most
                bars.append(
                    charts.Bar(
                        str(row["geography"]),
                        low,
                        None if high is None else float(str(high)),
                        row["validated"] is True,
                    )
                )
        return charts.prevalence(bars[:12], self._limits) if bars else None

    @cached_property
    def _limits(self) -> list[charts.Limit]:
        found = []
        for row in queries.run(self.store, "criteria"):
            criterion = Criterion.of(
                str(row["criterion"]),
                str(row["jurisdiction"] or ""),
                bool(row["inclusive"]),
                *(str(row[key] or "") for key in ("max_prevalence", "max_persons", "population")),
            )
            if criterion:
                found.append(charts.Limit(str(row["label"]), float(criterion.limit)))
        return found

    def tree(self, iri: str) -> str:
        """Return the hierarchy around a condition: its ways up, its types, a picture."""
        taxonomy = self.store.arrays.taxonomy("condition")
        if iri not in taxonomy.numbers:
            raise UnknownThing(compress(iri) or iri)
        return self.render(
            "tree.html",
            iri=iri,
            label=self.hierarchy.label(iri),
            below=taxonomy.below.count(taxonomy.numbers[iri]),
            ways=[[(i, self.hierarchy.label(i)) for i in way] for way in self._ways_up(iri, 6)],
            children=self.children(iri),
            picture=charts.icicle(self.store.arrays, iri),
        )

    def children(self, iri: str) -> list[tuple[str, str, int, int]]:
        """Return the direct types: IRI, name, how many are below, how many parents each has."""
        taxonomy = self.store.arrays.taxonomy("condition")
        return [
            (
                taxonomy.iris[n],
                self.hierarchy.label(taxonomy.iris[n]),
                taxonomy.below.count(n),
                taxonomy.parents.count(n),
            )
            for n in taxonomy.children[taxonomy.numbers[iri]]
        ]

    def roots(self) -> list[str]:
        """Return the IRIs of the conditions at the top, the largest first."""
        return sorted(self.hierarchy.roots(), key=lambda r: -len(self.hierarchy.descendants(r)))

    def search(self, text: str, limit: int = 30) -> str:
        """Return what a text finds, of every kind."""
        found = find(self.store, text, None, limit) if text.strip() else []
        shown = [(match, answers.page_of(match)) for match in found]
        return self.render("search.html", text=text, found=shown, alarms=self.alarms.said(text))

    def identified(self, text: str) -> str:
        """Return the address of the one thing that an identifier names, "" for none or several."""
        found = identified(self.store, text)
        return answers.page_of(found[0]) if len(found) == 1 else ""

    def listed(self, demands: dict[str, str], animals: bool, letter: str, number: int) -> str:
        """Return a page of the conditions that meet demands, those of a letter alone if given."""
        met = _with_letter(answers.conditions(self.store, demands), letter)
        found, without = self.people(met, animals)
        given = {key: text for key, text in demands.items() if text}
        given |= {"animals": "yes"} if animals else {}
        return self.render(
            "conditions.html",
            **_paged(found, number),
            without=without,
            demands=demands,
            animals=animals,
            letter=letter,
            address=lambda **more: "/conditions?" + urlencode({**given, **more}),
            specialists=self.specialists,
            authorities=self.authorities,
        )

    def lettered(self, letter: str, number: int = 1) -> str:
        """Return a page of people's conditions whose names begin with a letter or a digit."""
        found, without = self.people(self._with_letter(letter))
        animals = links.path(facets.ANIMALS, "tree")
        return self.render(
            "letter.html", letter=letter, **_paged(found, number), without=without, animals=animals
        )

    def pages_of(self, letter: str) -> int:
        """Return how many pages the conditions with a letter have, one at least."""
        return max(1, -(-len(self.people(self._with_letter(letter))[0]) // PER_PAGE))

    def _with_letter(self, letter: str) -> list[tuple[str, str]]:
        taxonomy = self.store.arrays.taxonomy("condition")
        return _with_letter(list(zip(taxonomy.iris, taxonomy.labels, strict=True)), letter)

    def thing(self, kind: str, iri: str) -> str:
        """Return the page of a symptom, a body site, a specialist or an authority."""
        facet = self.store.arrays.facet(kind)
        said = list(self._said(iri))
        if not said:
            raise UnknownThing(compress(iri) or iri, kind=links.KINDS[kind])
        number = facet.things.numbers.get(iri)
        found = [] if number is None else facet.found[number]
        conditions = self.store.arrays.taxonomy("condition")
        listed, without = self.people([(conditions.iris[n], conditions.labels[n]) for n in found])
        in_tree = number is not None and links.KINDS[kind] in KINDS
        up, down = (
            [Thing(facet.things.iris[n], facet.things.labels[n]) for n in relation[number]]
            if in_tree and number is not None
            else []
            for relation in (facet.things.parents, facet.things.children)
        )
        return self.render(
            "thing.html",
            kind=kind,
            iri=iri,
            label=self.store.label(iri) or compress(iri) or iri,
            said=said,
            alarms=self.alarms.of([iri]) if kind == "symptom" else [],
            broader=up,
            narrower=down,
            found=listed[:PER_PAGE],
            total=len(listed),
            without=without,
            more="/conditions?" + urlencode({kind: compress(iri) or iri}),
            authority=next((one for one in self.authorities if one.iri == iri), None),
            entries=self._entries.get(iri, 0) if kind == "authority" else 0,
            entry=ENTRY if iri == ORPHANET else "",
            frequent=self._frequent(iri) if kind == "symptom" and len(found) <= _MANY else [],
        )

    @cached_property
    def _entries(self) -> dict[str, int]:
        """Of how many conditions each authority, by IRI, has an entry."""
        rows = cast(ox.QuerySolutions, self.store.query(_ENTRIES))
        return {row["authority"].value: int(row["entries"].value) for row in rows}

    def _frequent(self, iri: str) -> list[dict[str, Any]]:
        rows = queries.run(self.store, "conditions-by-symptom", symptom=links.node(iri))
        return [row for row, _ in zip(rows, range(50), strict=False) if row["lower"] is not None]

    def _said(self, iri: str) -> Iterator[tuple[str, str, str]]:
        """Yield what is said of a thing, for people: property, value, the value's address."""
        rows = cast(ox.QuerySolutions, self.store.query(_SAID, {"thing": links.node(iri)}))
        for row in rows:
            value = row["value"].value
            label = row["label"].value if row["label"] else short(value)
            yield row["property"].value, label, links.path(value) or links.outside(value)

    def disagreeing(self, number: int) -> str:
        """Return a page of the conditions on which authorities disagree, and on what grounds."""
        paged = _paged(self._disagreements, number)
        found = [(one, grounds(self.store, one.condition)) for one in paged.pop("found")]
        return self.render(
            "disagreements.html",
            **paged,
            found=found,
            bases={name.lower(): words for name, words in BASES.items()},
            authorities=self._rating,
            criteria=[
                row
                for row in queries.run(self.store, "authorities")
                if row["definition"] and (row["rare"] or row["not_rare"])
            ],
            alone=self._alone,
            entry=ENTRY if ORPHANET in self._entries else "",
        )

    def one_sided(self, authority: str, other: str, number: int) -> str:
        """Return a page of the conditions that one authority says are rare, another does not."""
        found = list(rare_by_one(self.store, authority, other))
        says, says_not = (
            Thing(iri, self.store.label(iri))
            for text in (authority, other)
            for iri in [str(resolve(self.store, text, "authority").value)]
        )
        return self.render(
            "one-sided.html",
            **_paged(found, number),
            says=says,
            says_not=says_not,
            entry=ENTRY if ORPHANET in self._entries.keys() & {says.iri, says_not.iri} else "",
            denied=sum(bool(row["denied"]) for row in found),
            address=lambda **more: (
                "/disagreements?" + urlencode({"authority": authority, "other": other, **more})
            ),
        )

    @cached_property
    def _rating(self) -> list[Authority]:
        return [authority for authority in self.authorities if authority.rates]

    @cached_property
    def _alone(self) -> dict[tuple[str, str], int]:
        """Of how many conditions one authority says that they are rare, and another does not."""
        facet = self.store.arrays.facet("authority")
        listed = {
            one.iri: set(facet.stated[facet.things.numbers[one.iri]])
            for one in self._rating
            if one.iri in facet.things.numbers
        }
        return {
            (one, other): len(listed[one] - listed[other])
            for one in listed
            for other in listed
            if one != other
        }

    @cached_property
    def _disagreements(self) -> list[Any]:
        return list(disagreements(self.store))

    def index(self, kind: str) -> str:
        """Return the list of all symptoms or body sites, by how many conditions have each."""
        return self.render("index.html", kind=kind, found=self.top(kind, 600))

    def sources(self) -> str:
        """Return what the graph was built from, and what was found wrong with it."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in queries.run(self.store, "sources"):
            rows.setdefault(str(row["source"]), []).append(row)
        manifest = self.store.manifest
        return self.render(
            "sources.html",
            sources=rows,
            graphs=manifest.get("graphs", {}),
            licenses=_LICENSES,
            findings={short(shape): n for shape, n in manifest.get("findings", {}).items()},
        )

    def cited(self, iri: str) -> str:
        """Return the page of a source that is no graph: what it is, what it is cited for."""
        rows = cast(ox.QuerySolutions, self.store.query(_CITED, {"source": links.node(iri)}))
        return self.render(
            "cited.html",
            iri=iri,
            title=next(self._values(iri, DCTERMS.title), compress(iri) or iri),
            about=list(self._values(iri, RDFS.comment)),
            stated=[
                tuple(row[n].value for n in ("condition", "label", "what", "n")) for row in rows
            ],
        )

    def cited_pages(self) -> list[str]:
        """Return the IRIs of the sources that are no graphs, sorted."""
        rows = cast(ox.QuerySolutions, self.store.query("SELECT ?page { ?page a schema:WebPage }"))
        pages = (row["page"].value for row in rows)
        return sorted(page for page in pages if page.startswith(SOURCE))

    def _values(self, iri: str, property: str) -> Iterator[str]:
        found = self.store.find(links.node(iri), ox.NamedNode(property))
        return (quad.object.value for quad in found)

    def endpoint(self, sparql: str, answer: Any, problem: str) -> str:
        """Return the page of the SPARQL endpoint, with an answer or a problem if there is one."""
        named = [queries.load(name) for name in queries.names()]
        return self.render(
            "sparql.html",
            sparql=sparql,
            answer=answer,
            problem=problem,
            named=named,
            name=editor.short,
            most=_ROWS,
            download=lambda format: "/sparql?" + urlencode({"query": sparql, "format": format}),
        )

    def plain(self, template: str) -> str:
        """Return a page that shows nothing of the graph but its counts."""
        taxonomy = self.store.arrays.taxonomy("condition")
        return self.render(template, conditions=len(taxonomy.iris))


def _with_letter(found: list[tuple[str, str]], letter: str) -> list[tuple[str, str]]:
    """Return the conditions whose names begin with a letter; all for none."""
    if not letter:
        return found
    return [pair for pair in found if pair[1][:1].casefold() == letter.casefold()]


def _paged(found: Sequence[Any], number: int) -> dict[str, Any]:
    """Return what a page of a list shows: its entries, of how many, on which of how many pages.

    Raises UnknownThing for a page that there is not.
    """
    pages = -(-len(found) // PER_PAGE)
    if number > max(1, pages):
        raise UnknownThing(str(number), kind="page")
    begin = (number - 1) * PER_PAGE
    shown = found[begin : begin + PER_PAGE]
    return {"found": shown, "total": len(found), "number": number, "pages": pages}


_SAID = """
    SELECT DISTINCT ?thing ?property ?value ?label {
        { ?thing ?p ?value .
          VALUES (?p ?property) {
            (skos:definition "definition") (skos:altLabel "also called")
            (dkg:specialty "specialty") (dkg:performs "performs") (foaf:homepage "home page")
            (dkg:jurisdiction "speaks for") (dkg:observedThrough "observed through")
            (dkg:abbreviation "in short") (skos:notation "identifier")
          } }
        UNION
        { ?thing dkg:observedThrough ?action . ?value dkg:performs ?action
          BIND ("observed by" AS ?property) }
        UNION
        { ?thing dkg:criterion ?criterion . ?criterion skos:definition ?value
          BIND ("what it means by rare" AS ?property) }
        OPTIONAL { ?value skos:prefLabel ?label FILTER (LANG(?label) = "en") }
    } ORDER BY ?property ?label ?value"""


_CITED = """
    SELECT ?source ?condition ?label ?what (COUNT(DISTINCT ?statement) AS ?n) {
        ?statement dcterms:source ?source ; dkg:condition ?condition ; a ?class .
        ?condition skos:prefLabel ?label . ?class rdfs:label ?what
        FILTER (LANG(?label) = "en" && LANG(?what) = "en")
    } GROUP BY ?source ?condition ?label ?what ORDER BY ?label ?condition ?what"""

_ENTRIES = """
    SELECT ?authority (COUNT(DISTINCT ?condition) AS ?entries) {
        ?entry dkg:basis dkg:Entry ; dkg:authority ?authority ; dkg:condition ?condition .
    } GROUP BY ?authority"""


def _linked(line: Line) -> Markup:
    """Return the text of a line, the thing that it names and the addresses in it linked."""
    if line.about is not None and (page := links.path(line.about.iri, _kind(line.about.iri))):
        before, label, after = line.text.partition(line.about.label or line.text)
        if label and line.about.label:
            link = Markup('<a href="{}">{}</a>').format(page, label)
            return _addressed(before) + link + _addressed(after)
    return _addressed(line.text)


def _addressed(text: str) -> Markup:
    """Return a text with the addresses in it linked."""
    return Markup(_ADDRESS.sub(_anchor, str(escape(text))))


def _kind(iri: str) -> str:
    """Return the kind of page of a condition that kept another registry's identifier."""
    curie = compress(iri) or ""
    return "condition" if curie.startswith(("DOID:", "ORPHA:")) else ""


def _anchor(found: re.Match[str]) -> str:
    text = found[0]
    address = text if text.startswith("http") else links.record(text)
    if not address:
        return text
    return f'<a rel="noopener" href="{address}">{text}</a>'


def _json_data(value: Any) -> Markup:
    """Return JSON that can stand inside a script element: no text of it ends the element."""
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _research(condition: Condition) -> Sequence[tuple[str, str]]:
    """Return searches for what is written and tried: names of the places, and addresses."""
    name = condition.label
    return [
        ("PubMed", "https://pubmed.ncbi.nlm.nih.gov/?" + urlencode({"term": f'"{name}"'})),
        ("ClinicalTrials.gov", "https://clinicaltrials.gov/search?" + urlencode({"cond": name})),
    ]
