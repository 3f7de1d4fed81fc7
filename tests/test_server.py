"""The site: what each address shows, to people and to programs, and what strangers cannot do."""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from html import unescape
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from urllib.request import Request as URLRequest
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
import rdflib
from starlette.testclient import TestClient

from kg.build import Summary
from kg.errors import QueryError
from kg.identifiers import expand
from kg.rarity import COLUMNS, ENTRY, authorities
from kg.server import links, protocol, views
from kg.server.app import create
from kg.server.negotiation import best
from kg.server.site import Site
from kg.server.static_site import write
from kg.server.workers import GivenUp, Limits, Pool, Question, TooLarge
from kg.store import Draft, Store

FOCAL = "/condition/MONDO:0000477"
PAGES = [
    "/",
    "/about",
    "/sitemap",
    "/docs",
    "/sources",
    "/sparql",
    "/search?q=dystonia",
    "/search?q=TAF1",
    "/symptoms",
    "/symptoms?q=my+eyelids+keep+closing",
    "/interview",
    "/interview?said=Torticollis&unknown=HP:0000643&onset=HP:0003581&family=no",
    "/diagnosis",
    "/diagnosis?present=Torticollis&absent=HP:0001288",
    "/sites",
    "/conditions",
    "/conditions?letter=F",
    "/conditions?among=dystonic+disorder",
    "/disagreements",
    "/tree/MONDO:0003441",
    "/tree",
    "/sparql?show=narrower-all",
    FOCAL,
    "/condition/MONDO:0000691",
    "/condition/MONDO:8000034",
    "/symptom/HP:0001332",
    "/site/UBERON:0001737",
    "/specialist/neurologist",
    "/authority/nih",
    f"{FOCAL}/all",
    "/disagreements?authority=nih&other=orphanet",
    "/source/mondo",
    "/source/what-is-focal-dystonia",
]


@pytest.fixture(scope="module")
def client(small_build: tuple[Path, Summary]) -> Iterator[TestClient]:
    with TestClient(create(small_build[0], Limits(seconds=5), 1)) as client:
        yield client


@pytest.fixture(scope="module")
def whole(embedded_build: tuple[Path, Summary]) -> Iterator[TestClient]:
    with TestClient(create(embedded_build[0], Limits(seconds=5), 1)) as client:
        yield client


class _Document(HTMLParser):
    """The links, headings and scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.headings: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.handlers: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]
        self.ids += [str(given["id"])] if "id" in given else []
        if tag == "a":
            self.links.append(str(given.get("href")))
        elif tag == "script":
            self.scripts.append(given)

    def handle_data(self, data: str) -> None:
        if self._open in ("h1", "h2") and data.strip():
            self.headings.append(" ".join(data.split()))


def _document(client: TestClient, address: str) -> _Document:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, (address, answer.text)
    return _Document(answer.text)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_and_its_links_lead_somewhere(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "It is not medical advice" in answer.text
    document = _Document(answer.text)
    assert len(document.ids) == len(set(document.ids))
    assert not document.handlers
    for link in dict.fromkeys(document.links):
        if link.startswith("#"):
            assert link[1:] in document.ids
        elif link.startswith("/"):
            found = client.get(link, headers={"Accept": "text/html"})
            assert found.status_code == 200, (address, link)
        else:
            assert link.startswith(("https://", "http://"))


def test_the_page_of_a_condition_has_every_part_in_its_order(client: TestClient) -> None:
    document = _document(client, FOCAL)
    assert document.headings[:13] == [
        "focal dystonia (MONDO:0000477)",
        "What is focal dystonia?",
        "Is focal dystonia rare?",
        "Types of focal dystonia",
        "What causes focal dystonia?",
        "What are the symptoms of focal dystonia?",
        "Testing for focal dystonia",
        "What may focal dystonia be mistaken for?",
        "How is focal dystonia treated?",
        "Doctors and medical specialists for focal dystonia",
        "Research on focal dystonia",
        "Names and codes of focal dystonia",
        "Sources",
    ]
    for link in ("/condition/MONDO:0003441", "/specialist/neurologist", "/authority/nih"):
        assert link in document.links
    text = client.get(FOCAL, headers={"Accept": "text/html"}).text
    begin = text.index('<script type="application/ld+json">') + 35
    said = json.loads(text[begin : text.index("</script>", begin)])
    assert (said["@type"], said["name"]) == ("MedicalCondition", "focal dystonia")
    assert [one["@id"] for one in said["relevantSpecialty"]] == ["https://schema.org/Neurologic"]


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
    ],
)
@pytest.mark.parametrize("address", [FOCAL, "/specialist/neurologist", "/site/UBERON:0001737"])
def test_linked_data_by_ending_and_by_accept(
    client: TestClient, address: str, suffix: str, media_type: str
) -> None:
    by_ending = client.get(f"{address}.{suffix}")
    by_accept = client.get(address, headers={"Accept": media_type})
    assert by_ending.content == by_accept.content
    assert by_ending.headers["content-type"].startswith(media_type)
    assert by_ending.headers["access-control-allow-origin"] == "*"
    format = ox.RdfFormat.from_media_type(media_type)
    assert format is not None
    assert len(list(ox.parse(by_ending.content, format=format))) > 3


def test_plain_triples_before_those_in_graphs(client: TestClient) -> None:
    """Comunica likes N-Quads best, and looks for what they say in the default graph."""
    likes = "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,*/*;q=0.1"
    for accept, given in ((likes, "ld+json"), ("application/n-quads", "n-quads")):
        answer = client.get(FOCAL, headers={"Accept": accept})
        assert answer.headers["content-type"].startswith(f"application/{given}")


def test_negotiation() -> None:
    assert best("", ["a/b"]) == "a/b"
    assert best("text/*;q=0.2, text/turtle;q=0.9, */*;q=0.1", ["text/html", "text/turtle"]) == (
        "text/turtle"
    )
    assert best("text/html;q=0", ["text/html"]) is None
    assert best("text/html;q=x, ,;", ["text/html"]) is None


def test_any_name_or_code_leads_to_the_condition(client: TestClient) -> None:
    for name in ("focal dystonia", "DOID:0050836", "http://purl.obolibrary.org/obo/MONDO_0000477"):
        answer = client.get(f"/condition/{name.replace('/', '%2F')}", follow_redirects=False)
        if answer.status_code != 404:  # a slash of an IRI is one of the address
            assert (answer.status_code, answer.headers["location"]) == (301, FOCAL)
    for code, page in (
        ("DOID:0050836", FOCAL),
        ("MONDO_0000477", FOCAL),
        ("HP:0000643", "/symptom/HP:0000643"),
        ("UBERON:0001737", "/site/UBERON:0001737"),
        ("MONDO:0000691", "/condition/MONDO:0000691"),
    ):
        answer = client.get("/search", params={"q": code}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert FOCAL in _document(client, "/search?q=C0743332").links


def test_a_gene_leads_to_its_conditions(client: TestClient) -> None:
    """It has no page of its own, but its conditions are a list."""
    (first, *_) = client.get("/api/search?q=TAF1").json()
    assert (first["kind"], first["page"]) == ("Gene", "/conditions?cause=NCBIGene%3A6872")
    (one,) = client.get("/api/conditions?cause=TAF1").json()
    assert f"/condition/{one['id']}" in _document(client, first["page"]).links


@pytest.mark.parametrize(
    ("name", "instead"),
    [("MONDO:0000691", "/condition/MONDO:0021668"), ("MONDO:8000034", "/condition/MONDO:0000001")],
)
def test_a_withdrawn_entry_says_so_and_what_to_see(
    client: TestClient, name: str, instead: str
) -> None:
    """It is no medical condition, and its own data is found under its own address."""
    address = f"/condition/{name}"
    text = client.get(address, headers={"Accept": "text/html"}).text
    assert "was withdrawn by" in text
    assert '<meta name="robots" content="noindex">' in text
    assert "MedicalCondition" not in text
    assert "What causes" not in text
    assert instead in _document(client, address).links
    graph = rdflib.Graph().parse(data=client.get(f"{address}.ttl").text, format="turtle")
    entry = rdflib.URIRef(expand(name))
    assert (entry, rdflib.OWL.deprecated, rdflib.Literal(True)) in graph
    assert set(graph.objects(entry, rdflib.DCTERMS.isReplacedBy)) == (
        {rdflib.URIRef(expand("MONDO:0021668"))} if name == "MONDO:0000691" else set()
    )
    said = client.get(f"{address}.json").json()
    assert (said["curie"], said["deprecated"]) == (name, True)


CITED = "/source/what-is-focal-dystonia"


def test_a_source_that_is_a_page_has_one_here(client: TestClient) -> None:
    """The statements cite it by an IRI of this site, which is no graph."""
    assert CITED in _document(client, FOCAL).links
    text = client.get(CITED, headers={"Accept": "text/html"}).text
    assert "What is Focal dystonia?" in text
    assert "rarity statements <small>2</small>" in text
    assert FOCAL in _document(client, CITED).links
    graph = rdflib.Graph().parse(data=client.get(f"{CITED}.ttl").text, format="turtle")
    source = rdflib.URIRef("https://w3id.org/disease-kg/source/what-is-focal-dystonia")
    assert (source, rdflib.RDF.type, rdflib.SDO.WebPage) in graph
    assert client.get(f"{CITED}.json").json()["iri"] == str(source)
    missing = client.get("/source/nobody.ttl")
    assert (missing.status_code, "no source 'nobody'" in missing.text) == (404, True)


def test_what_is_not_there(client: TestClient) -> None:
    page = {"Accept": "text/html"}
    answer = client.get("/condition/focal distonia", headers=page)
    assert answer.status_code == 404
    assert "focal dystonia" in answer.text
    for address in (
        "/nothing", "/nothing/at-all", "/symptom/HP:9999999", "/specialist/nobody",
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
        "/condition/..%2f..%2fetc%2fpasswd", "/tree/MONDO:9999999", "/condition/MONDO:0000477.exe",
        "/condition/obo:%5B",
    ):  # fmt: skip
        assert client.get(address, headers=page).status_code == 404, address
    assert client.get(FOCAL, headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/api/search").status_code == 422
    assert client.get("/conditions?page=0").status_code == 422


def test_what_is_not_there_is_told_to_people_on_the_web(client: TestClient) -> None:
    for address in ("/condition/focal", "/symptom/HP:9999999", "/conditions?page=99"):
        text = client.get(address, headers={"Accept": "text/html"}).text
        assert "<title>There is no such page (404) – disease-kg</title>" in text
        assert "disease-kg search" not in text


@pytest.mark.parametrize("format", ["ttl", "json", "nt"])
def test_a_format_may_be_a_parameter(client: TestClient, format: str) -> None:
    page = {"Accept": "text/html"}
    client.get(FOCAL, headers=page)  # which is kept then
    answer = client.get(f"{FOCAL}?format={format}", headers=page)
    assert answer.content == client.get(f"{FOCAL}.{format}").content
    unknown = client.get(f"{FOCAL}?format=docx", headers=page)
    assert (unknown.status_code, "no format" in unknown.text) == (400, True)


def test_openapi_describes_what_an_error_says(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    problem = described["components"]["schemas"]["Problem"]["properties"]
    for operation in (one["get"] for one in described["paths"].values()):
        for status in ("400", "404", "422"):
            content = operation["responses"][status]["content"]["application/json"]
            assert content["schema"]["$ref"].endswith("/Problem")
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for address, status in (("/api/search", 422), ("/api/condition/nobody", 404)):
        answer = client.get(address)
        assert (answer.status_code, answer.json().keys()) == (status, problem.keys())


def test_licenses_go_by_their_names(client: TestClient) -> None:
    text = client.get("/sources").text
    assert ">CC BY 4.0</a>" in text
    assert ">CC0 1.0</a>" in text
    assert "publicdomain/zero/1.0/<" not in text


def test_what_several_conditions_have_is_answered_with_these(client: TestClient) -> None:
    for address in ("/condition/UMLS:C0031117", "/tree/UMLS:C0031117"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 300
        assert "Which one?" in answer.text
        (first, *others) = re.findall(r'<li><a href="(/search\?q=MONDO[^"]+)">([^<]+)', answer.text)
        assert others
        assert client.get(first[0]).url.path.startswith("/condition/MONDO:")
        assert re.fullmatch(r".+ \(MONDO:\d{7}\)", first[1])
    said = client.get("/api/condition/UMLS:C0031117")
    assert (said.status_code, len(said.json()["suggestions"])) == (300, len(others) + 1)


def test_an_address_is_no_part_of_a_query(client: TestClient) -> None:
    for name in ("nobody> ?p ?o . <x", 'x"} UNION {?s ?p ?o', "a b", "%00", "\u202e"):
        for kind in ("specialist", "authority", "source", "symptom", "site", "condition"):
            answer = client.get(f"/{kind}/{quote(name)}", headers={"Accept": "text/html"})
            assert answer.status_code == 404, (kind, name)
            data = client.get(f"/{kind}/{quote(name)}.ttl")
            assert data.status_code == 404, (kind, name)


def test_answers_can_be_kept_and_are_safe_to_show(client: TestClient) -> None:
    answer = client.get(FOCAL, headers={"Accept": "text/html"})
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["vary"].startswith("Accept, Accept-Encoding")
    plain = client.get(FOCAL, headers={"Accept": "text/html", "Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content


def test_a_page_has_the_same_bytes_whenever_it_is_made(
    small_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for now in (1.0, 1e9):
        monkeypatch.setattr("time.time", lambda now=now: now)
        made.append(
            views.condition.packed(Site(small_store), expand("MONDO:0000477"), "MONDO:0000477")
        )
    assert made[0] == made[1]
    assert b"focal dystonia" in gzip.decompress(made[0])


def test_a_tag_is_of_one_representation_of_what_exists(client: TestClient) -> None:
    page = client.get(FOCAL, headers={"Accept": "text/html"})
    tag = page.headers["etag"]
    assert page.headers["cache-control"] == "public, max-age=3600"
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        asked = {"Accept": "text/html", "If-None-Match": known}
        again = client.get(FOCAL, headers=asked)
        assert (again.status_code, again.content) == (304, b""), known
        assert again.headers["etag"] == tag
        assert again.headers["vary"].startswith("Accept, Accept-Encoding")
        assert "content-type" not in again.headers
    for address, accept, status in (
        (FOCAL, "text/turtle", 200),
        (f"{FOCAL}.json", "*/*", 200),
        ("/about", "text/html", 200),
        ("/nope", "text/html", 404),
        ("/condition/MONDO:9999999", "text/html", 404),
    ):
        other = client.get(address, headers={"Accept": accept, "If-None-Match": tag})
        assert other.status_code == status, address
        assert other.headers.get("etag") != tag
    style = client.get("/static/style.css")
    known = {"If-None-Match": style.headers["etag"]}
    assert client.get("/static/style.css", headers=known).status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=dystonia",
        "/search?q=DOID:0050836",
        "/symptoms?q=my+eyelids+keep+closing",
        "/interview?said=Torticollis",
        "/diagnosis?present=Torticollis",
        "/conditions?symptom=Torticollis",
        "/api/search?q=dystonia",
        "/api/differential?present=Torticollis",
        "/api/interview?said=nothing+at+all",
        "/sparql?query=ASK+{}",
        "/condition/a name that is none",
    ],
)
def test_what_somebody_typed_is_kept_nowhere(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"If-None-Match": "*"}, follow_redirects=False)
    assert answer.status_code in (200, 303, 404)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert client.post("/sparql", data={"query": ASK}).headers["cache-control"] == "no-store"


def test_lists_and_downloads(client: TestClient) -> None:
    rows = client.get("/conditions?specialist=neurologist&format=csv").text.splitlines()
    assert rows[0] == "id,label"
    assert "MONDO:0000477,focal dystonia" in rows
    found = client.get("/api/conditions?specialist=neurologist&animals=false").json()
    assert [f"{row['id']},{row['label']}" for row in found if "," not in row["label"]] == [
        row for row in rows[1:] if '"' not in row
    ]
    table = client.get("/disagreements?format=csv")
    assert table.headers["content-disposition"] == 'attachment; filename="disagreements.csv"'
    assert table.text.splitlines()[0].split(",") == ["condition", "label", *COLUMNS]


def test_an_authority_is_counted_by_what_it_says_is_rare(
    client: TestClient, small_store: Store
) -> None:
    known = authorities(small_store)
    home = html.unescape(" ".join(client.get("/").text.split()))
    for one in known:
        answer = client.get(f"/authority/{one.key}", headers={"Accept": "text/html"})
        page = " ".join(answer.text.split())
        if one.rates:
            assert f"{one.rare:,} conditions that it says are rare" in page
            assert f"{one.label}</a> <small>{one.rare:,}</small>" in home
        else:
            assert "Its list is not in this graph" in page
            assert f"{one.label}</a> <small>" not in home
    assert "This graph was built without the lists of: <a " in home
    assert {bool(one.rates) for one in known} == {True, False}


def test_an_authority_with_entries_says_what_they_are_worth() -> None:
    world = Path(__file__).parent / "fixtures" / "world.trig"
    entry = """
        PREFIX dkg: <https://w3id.org/disease-kg/ontology#>
        PREFIX authority: <https://w3id.org/disease-kg/authority/>
        GRAPH <https://w3id.org/disease-kg/graph/inferred> {
            <https://example.org/e> a dkg:RarityStatement ; dkg:authority authority:orphanet ;
                dkg:condition <http://purl.obolibrary.org/obo/MONDO_0011728> ;
                dkg:verdict dkg:Rare ; dkg:basis dkg:Entry . }"""
    iri = "https://w3id.org/disease-kg/authority/orphanet"
    said = views.thing.page(Site(Store.in_memory(world, entry)), "authority", iri)
    assert "Of 1 of them it has a record, " in said
    assert f"that is not in this graph. {ENTRY}" in said
    assert ENTRY not in views.thing.page(Site(Store.in_memory(world)), "authority", iri)


def test_what_schema_org_says_is_a_download_with_whole_addresses(client: TestClient) -> None:
    answer = client.get(f"{FOCAL}.schemaorg")
    assert answer.headers["content-type"] == "application/ld+json"
    said = answer.json()
    assert (said["@type"], said["url"]) == ("MedicalCondition", f"http://testserver{FOCAL}")
    document = _document(client, FOCAL)
    assert f"{FOCAL}.schemaorg" in document.links
    head = client.get(FOCAL, headers={"Accept": "text/html"}).text.partition("</head>")[0]
    assert f'<link rel="canonical" href="{FOCAL}">' in head
    assert f'<meta name="description" content="{said["description"]}">' in html.unescape(head)


def test_what_a_page_leaves_out_is_linked_and_is_all_there(
    small_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.pages.data._MOST", 1)
    site = Site(small_store)
    iri = "http://purl.obolibrary.org/obo/MONDO_0003441"
    cut, whole = (views.condition.page(site, iri, whole=every) for every in (False, True))
    links_to = re.findall(r'href="(/condition/MONDO:0003441/all#s\d+)">… and [\d,]+ more', cut)
    assert links_to
    assert "more</a>" not in whole
    assert len(whole) > len(cut)
    assert all(f'id="{link.partition("#")[2]}"' in whole for link in links_to)


def test_records_and_genes_are_linked_to_their_registries(client: TestClient) -> None:
    document = _document(client, FOCAL)
    for link in (
        "https://rarediseases.info.nih.gov/diseases/6458",
        "http://purl.obolibrary.org/obo/DOID_0050836",
    ):
        assert link in document.links
    assert not any("linkedlifedata" in link for link in document.links)
    lubag = _document(client, "/condition/MONDO:0010747")
    assert "https://www.ncbi.nlm.nih.gov/gene/6872" in lubag.links


def test_disagreements_say_which_record_of_which_source_on_what_grounds() -> None:
    site = Site(Store.in_memory(Path(__file__).parent / "fixtures" / "world.trig"))
    page = " ".join(views.disagreements.page(site, 1).split())
    assert "1 condition of which one authority says rare, and another not rare" in page
    for said in (
        "benign essential blepharospasm</a></th><td>Genetic and Rare Diseases Information Center",
        "<td>not rare</td> <td>reported by another publication. Said of Europe.</td>",
        'href="https://example.org/blepharospasm"',
        "Not more than 1 person in 2,000 in Europe has it.",
        "Orphanet</a> says it of 1. A condition of which no “not rare” is known here",
        '<a href="/disagreements?authority=nih&amp;other=orphanet">2</a>',
    ):
        assert said in page


def test_rare_by_one_and_not_by_another_is_a_list(client: TestClient) -> None:
    address = "/disagreements?authority=nih&other=orphanet"
    document = _document(client, address)
    rows = client.get(f"{address}&format=csv").text.splitlines()
    assert rows[0] == "authority,other,condition,label,denied"
    assert document.headings[0].startswith("Rare by NIH Office of Rare Diseases")
    listed = {link for link in document.links if link.startswith("/condition/")}
    assert listed == {links.path(row.split(",")[2]) for row in rows[1:]}
    assert listed
    assert client.get("/disagreements?authority=nih&other=mondo").status_code == 400
    assert client.get("/disagreements?authority=nih&other=nobody").status_code == 404


def test_lists_are_of_people_unless_animals_are_wanted(client: TestClient) -> None:
    animals = "/condition/MONDO:1011336"
    for address in ("/conditions", "/conditions?letter=N", "/letter/N"):
        document = _document(client, address)
        assert FOCAL in document.links or "N" in address
        assert animals not in document.links, address
        more = [link for link in document.links if "animals=yes" in link]
        assert animals in _document(client, more[0]).links
    assert animals in _document(client, "/conditions?among=non-human+animal+disease").links
    everything = client.get("/conditions?animals=yes&format=csv").text.splitlines()
    people = client.get("/conditions?format=csv").text.splitlines()
    assert len(everything) - len(people) == 16
    assert len(client.get("/api/conditions").json()) == len(everything) - 1
    home = client.get("/").text
    assert f"<h1>{len(people) - 1} conditions" in home
    assert "16 more</a>" in home


def test_a_long_list_has_pages(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.server.views.paging.PER_PAGE", 2)
    first, second = (_document(client, f"/letter/D{page}").links for page in ("", "/2"))
    assert "/letter/D/2" in first
    assert "/letter/D" in second
    assert not {link for link in first if "/condition/" in link} & set(second)
    for address in ("/letter/D/99", "/conditions?page=99", "/disagreements?page=99"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert (answer.status_code, "no page &#39;99&#39;" in answer.text) == (404, True)


def test_the_api_says_what_the_pages_say(client: TestClient) -> None:
    (first, *_) = client.get("/api/search?q=focal+dystonia").json()
    assert (first["id"], first["page"]) == ("MONDO:0000477", FOCAL)
    tree = client.get("/api/tree/MONDO:0000477").json()
    assert [one["label"] for one in tree["broader"]] == ["dystonic disorder"]
    assert {one["id"] for one in tree["narrower"]} >= {"MONDO:0000481"}
    assert client.get("/api/condition/focal dystonia").json()["curie"] == "MONDO:0000477"
    rarity = client.get("/api/rarity/MONDO:0000477").json()
    assert rarity
    assert set(client.get("/openapi.json").json()["paths"]) == {
        "/api/search",
        "/api/condition/{name}",
        "/api/tree/{name}",
        "/api/rarity/{name}",
        "/api/conditions",
        "/api/symptoms",
        "/api/differential",
        "/api/interview",
    }


def test_from_a_symptom_to_conditions(client: TestClient) -> None:
    """In words, by a question and its answer, and what the answers speak for."""
    (meant, *_) = client.get("/api/symptoms?q=eyelids+keep+closing").json()
    assert meant["id"] == "HP:0000643"
    assert meant["alarms"] == []
    asked = client.get("/api/interview?said=HP:0000643").json()
    assert asked["question"]["text"]
    assert asked["candidates"][0]["evidence"][0]["finding"]["label"] == "Blepharospasm"
    ranked = client.get("/api/differential?present=Torticollis&present=Blepharospasm").json()
    assert "dystonia" in ranked["candidates"][0]["condition"]["label"]
    assert ranked["disclaimer"]
    page = client.get("/interview?said=HP:0000643").text
    for name, value in re.findall(r'<button name="(\w+)" value="([^"]+)"', page):
        after = client.get(f"/interview?said=HP:0000643&{name}={quote(value)}")
        assert after.status_code == 200
        assert "What the answers speak for" in after.text


def test_help_comes_first(whole: TestClient) -> None:
    """Before what is found, and in place of questions and conditions, until it is there."""
    first = whole.get("/api/symptoms?q=I+want+to+die").json()[0]
    assert first["alarms"][0]["finding"]["iri"] == expand(first["id"])
    for address in ("/symptoms?q=I+want+to+die", "/search?q=I+want+to+die"):
        page = whole.get(address).text
        assert page.index("seek help at once") < page.index("<h1>")
        assert 'href="https://988lifeline.org/"' in page
    chest = whole.get("/symptom/HP:0100749", headers={"Accept": "text/html"}).text
    assert "Chest pain, when it is new: seek help at once" in chest
    assert "/interview?said=HP%3A0100749" in chest
    for address in ("/interview?said=HP:0100806", "/diagnosis?present=HP:0100806"):
        page = whole.get(address).text
        assert "seek help at once" in page
        assert 'class="ranked"' not in page
        (go_on,) = re.findall(r'href="([^"]+helped=yes)"', page)
        after = whole.get(unescape(go_on)).text
        assert after.index("seek help at once") < after.index('class="ranked"')
    for address in ("/api/interview?said=HP:0100806", "/api/differential?present=HP:0100806"):
        urgent, helped = whole.get(address).json(), whole.get(f"{address}&helped=true").json()
        assert (urgent["urgent"], urgent["candidates"]) == (True, [])
        assert (helped["urgent"], helped["alarms"]) == (False, urgent["alarms"])
        assert helped["candidates"]


def test_unknown_words_lose_nothing(client: TestClient) -> None:
    """What was entered stays, and what the words may mean can be added to it."""
    page = client.get("/diagnosis?present=HP:0000473&present=eyelids+closing&absent=xqzvw").text
    assert "What comes nearest to “eyelids closing”?" in page
    assert '<button name="present" value="HP:0000643">' in page
    assert "No symptom is described like that" in page
    assert page.count('<input type="hidden" name="present" value="HP:0000473">') >= 3
    assert 'class="ranked"' in page
    asked = client.get("/interview?said=HP:0000473&yes=eyelids+closing").text
    assert '<button name="yes" value="HP:0000643">' in asked


def test_what_was_answered_is_shown_and_can_be_taken_back(client: TestClient) -> None:
    address = "/interview?said=HP:0000473&no=HP:0000643&onset=HP:0003581&family=no"
    page = client.get(address).text
    back = re.findall(r'href="([^"]+)" aria-label="Take back ([^"]+)"', page)
    assert [label for _, label in back] == [
        "Torticollis", "Blepharospasm", "later, as an adult", "no",
    ]  # fmt: skip
    for left, label in back:
        after = client.get(unescape(left)).text
        assert f"Take back {label}" not in after
        assert after.count("Take back") == 3
    assert page.index("most of them rare") < page.index('class="ranked"')


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/interview?said=nothing+at+all", 200),
        ("/interview?said=" + "a" * 1000, 200),
        ("/diagnosis?present=MONDO:0000477", 200),
        ("/diagnosis?" + "present=Torticollis&" * 101, 422),
        ("/api/differential", 422),
        ("/api/differential?present=nothing+at+all", 404),
        ("/api/interview?said=nothing+at+all", 404),
        ("/api/differential?present=Torticollis&method=guess", 400),
        ("/interview?said=Torticollis&onset=yesterday&family=perhaps", 200),
        ("/symptoms?q=%3Cscript%3E", 200),
    ],
)
def test_findings_that_are_none(client: TestClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


# --- SPARQL

ASK = "ASK { obo:MONDO_0000477 a dkg:Condition }"
SELECT_FULL = """
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?l { obo:MONDO_0000477 skos:prefLabel ?l FILTER (LANG(?l) = 'en') }"""
SELECT = "SELECT ?l { obo:MONDO_0000477 skos:prefLabel ?l FILTER (LANG(?l) = 'en') }"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
    ],
)
def test_the_protocol_by_get_and_both_kinds_of_post(
    client: TestClient, accept: str, media_type: str
) -> None:
    headers = {"Accept": accept}
    kind = {"Content-Type": "application/sparql-query", **headers}
    answers = [
        client.get("/sparql", params={"query": SELECT}, headers=headers),
        client.post("/sparql", data={"query": SELECT}, headers=headers),
        client.post("/sparql", content=SELECT, headers=kind),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert "focal dystonia" in answers[0].text
    assert answers[0].headers["content-type"].startswith(media_type)


def test_graphs_descriptions_and_pages_of_the_endpoint(client: TestClient) -> None:
    construct = {"query": "CONSTRUCT WHERE { obo:MONDO_0000477 ?p ?o }"}
    answer = client.get("/sparql", params=construct, headers={"Accept": "text/turtle"})
    assert len(rdflib.Graph().parse(data=answer.text, format="turtle")) > 5
    for address in ("/sparql", "/.well-known/void"):
        described = client.get(address, headers={"Accept": "text/turtle"})
        assert len(rdflib.Graph().parse(data=described.text, format="turtle")) > 3
    one = {"query": "ASK { ?s a dkg:Condition }"}
    only = {**one, "default-graph-uri": "https://w3id.org/disease-kg/graph/curated"}
    assert client.get("/sparql", params=one).json()["boolean"] is True
    assert client.get("/sparql", params=only).json()["boolean"] is False
    page = client.get("/sparql", params={"query": SELECT}, headers={"Accept": "text/html"})
    assert re.search(r"<td>\s*focal dystonia\s*</td>", page.text)
    wrong = client.get("/sparql", params={"query": "SELECT"}, headers={"Accept": "text/html"})
    assert wrong.status_code == 400
    assert "SPARQL, line 1" in wrong.text
    shown = client.get("/sparql?show=narrower-direct", headers={"Accept": "text/html"})
    assert "MONDO_0000477&gt; }" in shown.text
    assert client.get("/sparql?show=nothing", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize(
    ("method", "content", "kind", "status"),
    [
        ("POST", "DROP ALL", "application/sparql-update", 403),
        ("POST", "update=DROP+ALL", "application/x-www-form-urlencoded", 403),
        ("POST", "query=DROP+ALL", "application/x-www-form-urlencoded", 400),
        ("POST", "query=LOAD+%3Chttp://127.0.0.1:1/%3E", "application/x-www-form-urlencoded", 400),
        ("POST", ASK, "text/plain", 415),
        ("POST", b"\xff\xfe", "application/sparql-query", 400),
        ("POST", "#" + "x" * 200_000, "application/sparql-query", 413),
        ("POST", "#" + "x" * 2_000_000, "application/sparql-query", 413),
        ("DELETE", "", "", 405),
    ],
)
def test_what_the_endpoint_refuses(
    client: TestClient, method: str, content: Any, kind: str, status: int
) -> None:
    answer = client.request(method, "/sparql", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text


@pytest.fixture
def canary() -> Iterator[tuple[str, list[bytes]]]:
    """A server that notes whoever connects."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    going = threading.Event()

    def listen() -> None:
        while not going.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            heard.append(b"connected")
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
    going.set()
    thread.join()
    server.close()


REACHING = [
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ service SILENT <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ OPTIONAL {{ SeRvIcE<{0}>{{ ?s ?p ?o }} }} }} }}",
    "SELECT * {{ \\u0053ERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ \\U00000053\\u0065rvice <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(<{0}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "SELECT * {{ # '\nSERVICE <{0}> {{ ?s ?p ?o }} # '\n}}",
    'SELECT * {{ BIND("\\"" AS ?q) SERVICE <{0}> {{ ?s ?p ?o }} BIND("" AS ?r) }}',
    "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
    "LOAD <{0}>",
    "DESCRIBE <{0}>",
]


def test_no_query_reaches_another_host(client: TestClient, canary: tuple[str, list[bytes]]) -> None:
    address, heard = canary
    for query in REACHING:
        answer = client.get("/sparql", params={"query": query.format(address)})
        assert answer.status_code in (200, 400, 403), query
        assert "root:" not in answer.text
    assert not heard


def test_a_process_for_queries_has_no_network(
    small_build: tuple[Path, Summary], canary: tuple[str, list[bytes]]
) -> None:
    """What the text of a query does not give away is held by the process's own limits."""
    address, heard = canary
    script = (
        "import sys, pyoxigraph as ox\n"
        "from kg.server.sandbox import confine\n"
        "store = ox.Store()\n"
        "confine(4 << 30)\n"
        "try:\n"
        f"    list(store.query('SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}'))\n"
        "except Exception as error:\n"
        "    print(error)\n"
    )
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout
    if sys.platform == "linux":
        assert not heard


CRASHING = [
    "SELECT * { ?s ?p ?o FILTER " + "(" * 12_000 + "1" + ")" * 12_000 + " }",
    "SELECT * " + "{" * 12_000 + "}" * 12_000,
    "SELECT * { " + "OPTIONAL { " * 7_000 + "}" * 7_000 + " }",
    "SELECT * { ?s " + "(" * 12_000 + "skos:broader" + ")" * 12_000 + " ?o }",
    "SELECT ?a9 { BIND('aaaaaaaaaaaaaaaa' AS ?a0) "
    + " ".join(f"BIND(CONCAT({', '.join([f'?a{i}'] * 60)}) AS ?a{i + 1})" for i in range(9))
    + " }",
]


def test_queries_that_crash_the_engine_crash_nothing_else(client: TestClient) -> None:
    for query in CRASHING:
        answer = client.post("/sparql", data={"query": query})
        assert answer.status_code in (200, 400, 503), answer.text
        later = client.get("/sparql", params={"query": ASK})
        assert later.json()["boolean"] is True
        assert client.get(FOCAL, headers={"Accept": "text/html"}).status_code == 200


def test_limits_of_one_query(small_build: tuple[Path, Summary]) -> None:
    graph = Store.open(small_build[0]).folder
    assert graph is not None
    pool = Pool(graph / "graph", 1, Limits(seconds=1, answer=2_000))
    try:
        begun = time.monotonic()
        with pytest.raises(GivenUp, match="more than 1 seconds"):
            pool.ask(Question("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
        assert time.monotonic() - begun < 3
        with pytest.raises(TooLarge, match="use LIMIT"):
            pool.ask(Question("SELECT * { ?s ?p ?o }"))
        with pytest.raises(QueryError, match="line 1, column"):
            pool.ask(Question("SELECT"))
        assert b"true" in pool.ask(Question(ASK)).content
    finally:
        pool.close()


# --- existing clients, against a server that runs


@pytest.fixture(scope="module")
def address(small_build: tuple[Path, Summary]) -> Iterator[str]:
    """The address of a server as the command starts it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from kg.cli import main; main()"]
    command += ["serve", "--port", str(port)]
    command += ["--store", str(small_build[0])]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            with suppress(OSError), urlopen(f"{address}/about") as answer:
                assert answer.status == 200
                break
            time.sleep(0.1)
        yield address
        server.terminate()


def test_head_and_a_browser_s_question_before_it_asks(address: str) -> None:
    for place in ("/", FOCAL, "/static/style.css", f"{FOCAL}.ttl"):
        with urlopen(URLRequest(address + place, method="HEAD")) as answer:
            assert (answer.status, answer.read()) == (200, b"")
            assert answer.headers["access-control-allow-origin"] == "*"
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    with urlopen(URLRequest(f"{address}/sparql", method="OPTIONS", headers=asked)) as answer:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "content-type" in answer.headers["access-control-allow-headers"].lower()


def test_sparqlwrapper(address: str) -> None:
    from SPARQLWrapper import JSON, POST, SPARQLWrapper

    client = SPARQLWrapper(f"{address}/sparql")
    client.setQuery("PREFIX obo: <http://purl.obolibrary.org/obo/>" + SELECT_FULL)
    client.setReturnFormat(JSON)
    for method in ("GET", POST):
        client.setMethod(method)
        found: Any = client.queryAndConvert()
        assert [row["l"]["value"] for row in found["results"]["bindings"]] == ["focal dystonia"]


def test_rdflib_as_a_client(address: str) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql"))
    focal = rdflib.URIRef("http://purl.obolibrary.org/obo/MONDO_0000477")
    labels = graph.objects(focal, rdflib.SKOS.prefLabel)
    assert rdflib.Literal("focal dystonia", lang="en") in set(labels)


def _ask_in_the_editor(page: Any, expect: Any) -> None:
    """Type a query, complete a term in it, run it, and leave the editor, all by keyboard."""
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url))
    expect(page.locator(".CodeMirror")).to_be_visible()
    query = page.get_by_role("textbox", name="Query")
    query.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("SELECT ?l { obo:MONDO_0000477 skos:prefLab")
    expect(page.locator(".CodeMirror-hint").first).to_contain_text("skos:prefLabel")
    page.wait_for_timeout(500)  # what each letter asked for has been answered
    page.keyboard.press("Enter")
    expect(page.locator(".CodeMirror-code")).to_contain_text("skos:prefLabel")
    page.keyboard.type(" ?l FILTER (LANG(?l) = 'en') }")
    expect(page.locator(".parseErrorIcon")).to_have_count(0)
    page.keyboard.press("Control+Space")
    page.keyboard.press("Escape")
    query.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    query.focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("cell", name="focal dystonia")).to_be_visible()
    assert all(url.startswith("http://127.0.0.1:") for url in outside)
    assert any(url.endswith("/sparql/terms") for url in outside)


def test_in_a_browser(address: str) -> None:
    """Search and open a condition, walk the tree by keyboard, run a query; no error in between."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address)
        page.get_by_role("combobox").fill("focal dys")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/condition/MONDO:0000477")
        expect(page.get_by_role("heading", level=1)).to_contain_text("focal dystonia")
        page.goto(f"{address}/tree/MONDO:0003441")
        first = page.get_by_role("treeitem").first
        first.focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("[role=tree] [role=group]").first).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.locator("[role=group] [role=treeitem]").first).to_be_focused()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("[role=tree] [role=group]")).to_have_count(0)
        page.goto(f"{address}/sparql")
        _ask_in_the_editor(page, expect)
        page.goto(address)
        page.get_by_label("In your own words").fill("my eyelids keep closing")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Questions a doctor would ask about Blepharospasm").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Questions a doctor")
        page.locator(".answers button").last.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("What the answers speak for")).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 800})
        for place in (
            "/",
            FOCAL,
            "/interview?said=Torticollis",
            "/diagnosis?present=Torticollis",
            "/conditions",
            "/tree/MONDO:0003441",
            "/sparql",
            "/sources",
        ):
            page.goto(address + place)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, place
        assert said == []
        browser.close()


_PRESSED = """item => {
    const init = {key: 'ArrowLeft', altKey: true, bubbles: true, cancelable: true};
    return item.dispatchEvent(new KeyboardEvent('keydown', init));
}"""


def test_what_keys_and_paper_get(address: str) -> None:
    """Suggestions come while they are wanted, the tree leaves the browser its keys."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        box, options = page.get_by_role("combobox"), page.locator(".suggestions li")
        box.fill("focal dys")
        expect(options.first).to_be_visible()
        page.keyboard.press("ArrowDown")
        colors = options.evaluate_all("all => all.map(one => getComputedStyle(one).color)")
        assert colors[0] not in colors[1:]
        box.fill("")
        page.route("**/api/search*", lambda route: (page.wait_for_timeout(300), route.continue_()))
        box.fill("focal dys")
        page.wait_for_timeout(200)
        box.fill("")
        page.wait_for_timeout(800)
        expect(options.first).to_be_hidden()
        page.goto(f"{address}/tree/MONDO:0003441")
        assert page.get_by_role("treeitem").first.evaluate(_PRESSED) is True
        page.goto(f"{address}/docs")
        over = "all => all.filter(a => a.getBoundingClientRect().bottom > "
        over += "a.nextElementSibling.getBoundingClientRect().top + 1).length"
        assert page.locator("dl.api dt").evaluate_all(over) == 0
        page.emulate_media(media="print")
        expect(page.locator("footer a").first).to_be_hidden()
        expect(page.locator("footer .disclaimer")).to_be_visible()
        browser.close()


def test_tools_for_language_models(small_build: tuple[Path, Summary]) -> None:
    """A client starts the command and asks each tool."""
    import anyio
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    start = ["-c", "from kg.cli import main; main()", "mcp", "--store", str(small_build[0])]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    parameters = StdioServerParameters(command=sys.executable, args=start, env=environment)
    asked = {
        "search": {"text": "focal distonia"},
        "condition": {"name": "DOID:0050836"},
        "tree": {"name": "focal dystonia"},
        "rarity": {"name": "focal dystonia"},
        "conditions": {"specialist": "neurologist"},
        "query": {"sparql": SELECT},
        "symptoms": {"text": "eyelids keep closing"},
        "differential": {"present": ["Torticollis"]},
        "next_question": {"said": ["Torticollis"]},
    }
    shows = {"symptoms": "Blepharospasm", "differential": "dystonia", "next_question": "bits"}
    said: dict[str, str] = {}

    async def ask() -> None:
        async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            assert {tool.name for tool in (await session.list_tools()).tools} == asked.keys()
            for name, arguments in asked.items():
                answer = await session.call_tool(name, arguments)
                said[name] = json.dumps(answer.model_dump(mode="json"))
            wrong = await session.call_tool("tree", {"name": "nothing at all"})
            assert "no condition" in json.dumps(wrong.model_dump(mode="json"))

    anyio.run(ask)
    for name, text in said.items():
        assert shows.get(name, "focal dystonia") in text, name
    assert "not medical advice" in said["condition"]


# --- as files

BASE = "/deep/kg"


@pytest.fixture(scope="module")
def files(
    small_build: tuple[Path, Summary], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("host")
    return folder, write(small_build[0], folder / BASE.strip("/"), BASE)


def test_every_link_of_the_files_leads_to_a_file(files: tuple[Path, int]) -> None:
    host, count = files
    pages = list(host.rglob("index.html"))
    assert len(pages) == count > 100
    linked: set[str] = set()
    for page in pages:
        text = page.read_text("utf-8")
        assert "It is not medical advice" in text
        linked |= {link.partition("#")[0] for link in _Document(text).links if link[:1] == "/"}
    for link in linked:
        assert link.startswith(BASE + "/"), link
        place = host / unquote(link).lstrip("/")
        assert place.is_file() or (place / "index.html").is_file(), link
    assert any(page.parent.name == "all" for page in pages), "the whole of a list that is cut"
    data = host / BASE.strip("/") / "condition" / "MONDO:0000477.jsonld"
    assert "focal dystonia" in data.read_text("utf-8")


def test_the_files_in_a_browser(files: tuple[Path, int]) -> None:
    """A plain host of files: a misspelling aside, it searches and walks like the server."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import expect, sync_playwright

    handler = partial(SimpleHTTPRequestHandler, directory=str(files[0]))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as host, sync_playwright() as playwright:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{host.server_address[1]}{BASE}"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/")
        page.get_by_role("combobox").fill("dystonia foc")
        expect(page.get_by_role("option").first).to_contain_text("focal dystonia")
        page.get_by_role("button", name="Search").click()
        page.locator(".results a", has_text="focal dystonia").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("focal dystonia")
        page.goto(f"{address}/tree/MONDO:0003441/")
        page.get_by_role("treeitem").first.focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("[role=tree] [role=group]").first).to_be_visible()
        assert said == []
        browser.close()
        host.shutdown()


# --- hostile data

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7 * 7 }}{% raise %}",
    "]]><!--<svg onload=alert(1)>",
    "\u2028alert(1)\u2029",
    "</title></textarea></style><b>",
    "javascript:alert(1)",
    "a\u202eb\x1bc",
    "<img src=x onerror=alert(1)//>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "' onmouseover=alert(1) x='",
    '" autofocus onfocus=alert(1) x="',
    "`${alert(1)}`",
    "<style>*{background:url(//x.example)}</style>",
    "<base href=//x.example/>",
    "<meta http-equiv=refresh content=0;url=//x.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3C;script&#x3E;alert(1)",
    "\\u003cscript\\u003ealert(1)",
    "<<script>script>alert(1)",
    "<ScRiPt\x0b>alert(1)</ScRiPt>",
    "<template><script>alert(1)</script></template>",
    "<math><mtext></table><mglyph><style><img src onerror=alert(1)>",
    "{%- for a in config %}{{ a }}{% endfor %}",
    'https://x.example/"onclick=alert(1) y="',
    'PMID:1"><script>alert(1)</script>',
    "<form action=//x.example><button>",
    "<!--><script>alert(1)</script>-->",
    "\u202e\u2066\u200b",
]
HOSTILE_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,%3Cscript%3E",
    "vbscript:x",
    "https://x.example/'onclick='alert(1)",
    "http://x.example/?a=%22%3E%3Cscript%3E",
    "file:///etc/passwd",
]


DEMANDS = ("among", "symptom", "site", "specialist", "authority", "cause")


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site whose conditions have the names, MONDO:0000001 the first of them."""
    is_a, about = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "https://w3id.org/disease-kg"
    core = "http://www.w3.org/2004/02/skos/core#"
    graph = f"<{about}/graph/mondo>"
    lines = []
    for number, label in enumerate(HOSTILE, 1):
        one, literal = f"<{_MONDO}{number:07}>", ox.Literal(label, language="en")
        lines += [
            f"{one} {is_a} <{about}/ontology#Condition> {graph} .",
            f"{one} <{core}prefLabel> {literal} {graph} .",
            f"{one} <{core}altLabel> {literal} {graph} .",
            f"{one} <{core}definition> {literal} {graph} .",
            *(f"{one} <{core}mappingRelation> <{a}> {graph} ." for a in HOSTILE_ADDRESSES),
        ]
    folder = tmp_path_factory.mktemp("hostile")
    file = folder / "graph.nq"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    with Draft(folder / "store") as draft:
        with draft.loading() as load:
            load(file)
        draft.index(Store.in_memory(file).gathered())
        draft.keep(file)
        draft.commit({})
    return Site(Store.open(folder / "store"))


_MONDO = "http://purl.obolibrary.org/obo/MONDO_"


@pytest.mark.parametrize("label", HOSTILE)
def test_names_of_sources_are_text_and_nothing_else(hostile_site: Site, label: str) -> None:
    site, iri = hostile_site, f"{_MONDO}{HOSTILE.index(label) + 1:07}"
    for text in (
        views.condition.page(site, iri),
        views.tree.page(site, iri),
        views.lists.found(site, label),
        views.lists.conditions(site, dict.fromkeys(DEMANDS, ""), False, "", 1),
        protocol.page(site, label, None, label),
        views.asking.meant(site, label),
    ):
        document = _Document(text)
        assert not document.handlers
        assert all(s.get("src") or s.get("type") == "application/ld+json" for s in document.scripts)
        assert all(s.get("src", "/static/").startswith("/static/") for s in document.scripts)
        assert all(link.startswith(("/", "#", "https:", "http:")) for link in document.links)
        assert "> 49" not in text
