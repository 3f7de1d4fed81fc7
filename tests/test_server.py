"""The site: what each address shows, to people and to programs, and what strangers cannot do."""

from __future__ import annotations

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
from kg.server.app import create
from kg.server.negotiation import best
from kg.server.static_site import write
from kg.server.views import Site
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
    "/symptom/HP:0001332",
    "/site/UBERON:0001737",
    "/specialist/neurologist",
    "/authority/nih",
    "/source/mondo",
]


@pytest.fixture(scope="module")
def client(small_build: tuple[Path, Summary]) -> Iterator[TestClient]:
    with TestClient(create(small_build[0], Limits(seconds=5), 1)) as client:
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
    assert said["relevantSpecialty"] == ["neurologist"]


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
    answer = client.get("/search?q=DOID:0050836", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, FOCAL)


def test_what_is_not_there(client: TestClient) -> None:
    page = {"Accept": "text/html"}
    answer = client.get("/condition/focal distonia", headers=page)
    assert answer.status_code == 404
    assert "focal dystonia" in answer.text
    for address in (
        "/nothing", "/nothing/at-all", "/symptom/HP:9999999", "/specialist/nobody",
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
        "/condition/..%2f..%2fetc%2fpasswd", "/tree/MONDO:9999999", "/condition/MONDO:0000477.exe",
    ):  # fmt: skip
        assert client.get(address, headers=page).status_code == 404, address
    assert client.get(FOCAL, headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/api/search").status_code == 422
    assert client.get("/conditions?page=0").status_code == 422


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
    again = client.get(FOCAL, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_lists_and_downloads(client: TestClient) -> None:
    rows = client.get("/conditions?specialist=neurologist&format=csv").text.splitlines()
    assert rows[0] == "id,label"
    assert "MONDO:0000477,focal dystonia" in rows
    found = client.get("/api/conditions?specialist=neurologist").json()
    assert [f"{row['id']},{row['label']}" for row in found if "," not in row["label"]] == [
        row for row in rows[1:] if '"' not in row
    ]
    table = client.get("/disagreements?format=csv")
    assert table.headers["content-disposition"] == 'attachment; filename="disagreements.csv"'


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


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/interview?said=nothing+at+all", 404),
        ("/interview?said=" + "a" * 1000, 404),
        ("/diagnosis?present=MONDO:0000477", 404),
        ("/diagnosis?" + "present=Torticollis&" * 101, 422),
        ("/api/differential", 422),
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
        draft.load(file)
        draft.index(Store.in_memory(file).gathered())
        draft.keep(file)
        draft.commit({})
    return Site(Store.open(folder / "store"))


_MONDO = "http://purl.obolibrary.org/obo/MONDO_"


@pytest.mark.parametrize("label", HOSTILE)
def test_names_of_sources_are_text_and_nothing_else(hostile_site: Site, label: str) -> None:
    site, iri = hostile_site, f"{_MONDO}{HOSTILE.index(label) + 1:07}"
    for text in (
        site.page(iri),
        site.tree(iri),
        site.search(label),
        site.listed(
            dict.fromkeys(("among", "symptom", "site", "specialist", "authority"), ""), "", 1
        ),
        site.endpoint(label, None, label),
        site.meant(label),
    ):
        document = _Document(text)
        assert not document.handlers
        assert all(s.get("src") or s.get("type") == "application/ld+json" for s in document.scripts)
        assert all(s.get("src", "/static/").startswith("/static/") for s in document.scripts)
        assert all(link.startswith(("/", "#", "https:", "http:")) for link in document.links)
        assert "> 49" not in text
