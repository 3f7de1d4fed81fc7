"""A graph at a SPARQL endpoint: the embedded answers from other engines, and what goes wrong."""

from __future__ import annotations

import base64
import gc
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kg import DiseaseKG, queries, sparql
from kg.build import Summary
from kg.cli import main
from kg.client import Client, Settings
from kg.endpoint import Endpoint
from kg.errors import EndpointError, QuerySyntaxError, UnknownThing
from kg.hierarchy import Hierarchy
from kg.store import Store
from kg.terminal import Talk
from kg.vocabulary import DKG, GRAPH

FIXTURES = Path(__file__).parent / "fixtures"
WORLD = FIXTURES / "world.trig"
CASES = re.findall(r"^== (.*)$", (FIXTURES / "answers.txt").read_text("utf-8"), re.MULTILINE)
VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{isql}
DisableUnixSocket = 1
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {folder}
NumberOfBuffers = 2000
MaxDirtyBuffers = 1000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 4
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = {most}
"""
MOST = 200
"""So many rows our Virtuoso answers, so that answers must come in pages."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def waited_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the server has ended"
        time.sleep(0.1)
    raise AssertionError("the server has not come up in 30 s")


@contextmanager
def oxigraph(quads: Path, folder: Path, *options: str) -> Iterator[str]:
    """Serve N-Quads by `oxigraph serve`, of the Python package of that name."""
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which(
        "oxigraph"
    )
    if program is None:
        pytest.skip("no oxigraph here: pip install oxigraph")
    where = ["--location", str(folder / "oxigraph")]
    subprocess.run([program, "load", *where, "--file", quads], check=True, capture_output=True)
    port = free_port()
    command = [program, "serve-read-only", *where, "--bind", f"127.0.0.1:{port}", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            waited_for(port, server)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()


@contextmanager
def virtuoso(quads: Path, folder: Path) -> Iterator[str]:
    """Serve N-Quads by Virtuoso 7, of the Debian package virtuoso-opensource-7."""
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        pytest.skip("no Virtuoso here: apt-get install virtuoso-opensource-7")
    folder = folder / "virtuoso"
    folder.mkdir()
    shutil.copy(quads, folder / "graph.nq")
    ports = {"isql": free_port(), "http": free_port()}
    settings = VIRTUOSO.format(folder=folder, most=MOST, **ports)
    (folder / "virtuoso.ini").write_text(settings)
    command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            waited_for(ports["isql"], server)
            waited_for(ports["http"], server)
            isql = ["isql-vt", f"127.0.0.1:{ports['isql']}", "dba", "dba"]
            load = f"ld_dir('{folder}', 'graph.nq', 'http://none/'); rdf_loader_run();"
            subprocess.run([*isql, f"exec={load}"], check=True, capture_output=True)
            yield f"http://127.0.0.1:{ports['http']}/sparql"
        finally:
            server.terminate()


@contextmanager
def ours(directory: Path) -> Iterator[str]:
    """Serve a store by `disease-kg serve`."""
    port = free_port()
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve"]
    with subprocess.Popen(
        [*command, "--store", str(directory), "--port", str(port), "--quiet"],
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            waited_for(port, server)
            yield f"http://127.0.0.1:{port}/sparql"
        finally:
            server.terminate()


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISEASE_KG_CACHE", str(tmp_path_factory.mktemp("cache")))
        for name in [name for name in os.environ if name.startswith("DISEASE_KG_ENDPOINT")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


@pytest.fixture(scope="module")
def quads(world: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quads") / "world.nq"
    world.dump(path)
    return path


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def endpoint(
    request: pytest.FixtureRequest, quads: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp(request.param)
    serving = (
        oxigraph(quads, folder, "--union-default-graph")
        if request.param == "oxigraph"
        else virtuoso(quads, folder)
    )
    with serving as url:
        yield Endpoint(url)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process: its exit code, and what it wrote."""

    def run_with(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(Talk, "level", 1)
        monkeypatch.setattr(sys, "argv", ["disease-kg", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        assert isinstance(code, int)
        return code, *capsys.readouterr()

    return run_with


# The same answers


@pytest.mark.parametrize("case", CASES)
def test_every_named_query_answers_the_same(case: str, world: Store, endpoint: Endpoint) -> None:
    name, *pairs = shlex.split(case)
    given = dict(pair.split("=", 1) for pair in pairs)
    ours, theirs = (queries.run(store, name, **given) for store in (world, endpoint))
    assert theirs.columns == ours.columns
    if queries.load(name).without_order[1]:
        assert list(theirs.terms()) == list(ours.terms())
    else:
        assert Counter(theirs.terms()) == Counter(ours.terms())


@pytest.mark.parametrize("case", [case for case in CASES if "=" in case])
def test_a_parameter_left_free_means_every_one(case: str, world: Store, endpoint: Endpoint) -> None:
    text, _ = queries.load(shlex.split(case)[0]).without_order
    if "conditions-by-name" in case:
        return  # a text left free is no text: engines differ in what an unbound one contains
    found = [store.query(text, {}, None) for store in (world, endpoint)]
    ours, theirs = (Counter(map(tuple, rows)) for rows in found)  # type: ignore[arg-type]
    assert theirs == ours
    assert ours


COMMANDS = [
    'show "focal dystonia"',
    'show "torsion dystonia 6" --format json',
    'show "cervical dystonia" --format markdown',
    'show "focal dystonia" --format turtle',
    "show MONDO:0018329",
    'tree "dystonic disorder" --depth 3',
    'tree "cervical dystonia" --up --depth 9',
    'path "cervical dystonia" "human disease"',
    'common "cervical dystonia" blepharospasm',
    "search dyst --any",
    "search blefarospasm",
    'rarity "focal dystonia"',
    "rarity --disagreements",
    "rarity --contradicted",
    "rarity --only nih --format csv",
    "rarity --format json",
    'why "torsion dystonia 6" symptom Torticollis',
    'why "cervical dystonia" broader "dystonic disorder"',
    'why "focal dystonia" rare nih --format json',
    'records "focal dystonia"',
    "sources --format csv",
    "query conditions-at-site site=larynx",
    "query rare-according-to authority=nih --format json",
    "query 'SELECT ?c ?n { ?c skos:prefLabel ?n } ORDER BY DESC(?n) ?c' --format csv",
    "query 'ASK { ?c dkg:rareAccordingTo authority:nih }'",
    "query 'CONSTRUCT { ?s skos:narrower ?o } { ?o skos:broader ?s }' --format turtle",
    "query 'DROP ALL {'",
    'show "focal distonia"',
    "alike 'torsion dystonia 6'",
    "symptoms 'twisted neck'",
    "differential torticollis --format json",
]


@pytest.fixture(scope="module")
def directory(world: Store, quads: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kg.store import Draft

    directory = tmp_path_factory.mktemp("world") / "store"
    with Draft(directory) as draft:
        with draft.loading() as load:
            load(quads)
        draft.index(world.gathered())
        draft.keep(quads)
        draft.commit({})
    return directory


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_say_the_same(command: str, directory: Path, endpoint: Endpoint, run: Run) -> None:
    ours = run(*shlex.split(command), "--store", str(directory))
    theirs = run(*shlex.split(command), "--endpoint", endpoint.url)
    if "CONSTRUCT" in command:  # triples come in any order
        parsed = [set(ox.parse(said[1], ox.RdfFormat.TURTLE)) for said in (ours, theirs)]
        assert parsed[0] == parsed[1] != set()
    else:
        assert theirs == ours


def test_python_asks_an_endpoint_too(world: Store, endpoint: Endpoint) -> None:
    kg, here = DiseaseKG.connect(endpoint.url), DiseaseKG(world)
    assert kg.condition("focal dystonia").as_dict() == here.condition("focal dystonia").as_dict()
    assert kg.find(among="dystonic disorder") == here.find(among="dystonic disorder")
    assert set(kg.networkx().edges) == set(here.networkx().edges)
    assert kg.hierarchy.roots() == here.hierarchy.roots()
    assert set(kg.store.graphs()) >= set(world.graphs())
    for kind in ("condition", "body site", "phenotype"):
        ours, theirs = Hierarchy.of(world, kind), Hierarchy.of(kg.store, kind)
        for iri in world.arrays.taxonomy(kind).iris[::5]:
            assert theirs.broader(iri) == ours.broader(iri)
            assert theirs.narrower(iri) == ours.narrower(iri)


def test_big_answers_come_whole(world: Store, endpoint: Endpoint) -> None:
    text = "SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER (STRSTARTS(STR(?g), STR(graph:))) }"
    ours, theirs = (Counter(map(tuple, store.query(text))) for store in (world, endpoint))  # type: ignore[arg-type]
    assert theirs == ours
    assert sum(ours.values()) > 2 * MOST
    if "/sparql" in endpoint.url:  # only this one cuts
        with pytest.raises(EndpointError, match="cuts the answer at 200 rows"):
            endpoint.query(text + " ORDER BY STR(?s)")


def test_no_value_becomes_syntax(endpoint: Endpoint) -> None:
    for attack in ('x" } DROP ALL #', "\\u0022 } #", "<x> . ?s ?p ?o", "'\n{}", "?s"):
        assert not list(queries.run(endpoint, "conditions-by-name", text=attack))
    for iri in ("x:y> ?p ?o } #", "", "not an IRI"):
        with pytest.raises((UnknownThing, ValueError)):
            Hierarchy.of(endpoint).broader(iri)


def test_a_syntax_error_is_found_before_anything_is_sent() -> None:
    with pytest.raises(QuerySyntaxError):
        queries.execute(Endpoint(f"http://127.0.0.1:{free_port()}/"), "SELECT ?x {")


def test_the_default_graph_must_be_the_union(quads: Path, tmp_path: Path) -> None:
    with oxigraph(quads, tmp_path) as url, pytest.raises(EndpointError, match="--union-default"):
        queries.execute(Endpoint(url), "ASK { ?s ?p ?o }")


def test_the_site_is_an_endpoint(small_build: tuple[Path, Summary]) -> None:
    with ours(small_build[0]) as url:
        kg, here = DiseaseKG.connect(url), DiseaseKG.open(small_build[0])
        assert kg.tree("dystonic disorder") == here.tree("dystonic disorder")
        rows = kg.ask("rare-according-to", authority="nih")
        assert list(rows) == list(here.ask("rare-according-to", authority="nih"))


# What goes wrong

Answer = Callable[[BaseHTTPRequestHandler], None]
TRUE = b'{"head":{},"boolean":true}'
JSON = "application/sparql-results+json"


def say(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": JSON, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def server(*answers: Answer) -> Iterator[tuple[str, list[Message]]]:
    """Answer the first request with the first of the answers, and so on; the last one stays.

    Yields the address, and the headers of the requests.
    """
    seen: list[Message] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen.append(self.headers)
            answers[min(len(seen), len(answers)) - 1](self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        threading.Thread(target=http.serve_forever, daemon=True).start()
        gc.collect()
        gc.disable()  # answers of pyoxigraph must not be collected in the server's thread
        try:
            yield f"http://127.0.0.1:{http.server_port}/sparql", seen
        finally:
            http.shutdown()
            gc.enable()


def client(url: str, slept: list[float] | None = None, **settings: object) -> Client:
    slept = [] if slept is None else slept
    return Client(url, Settings(**{"timeout": 5.0, **settings}), slept.append)  # type: ignore[arg-type]


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(TRUE)
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then: each in time, the whole never."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(20):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1)


HTML = b"<html><head><title>It works!</title></head></html>"


@pytest.mark.parametrize(
    ("answer", "problem", "tries"),
    [
        (cut_off, "cut the answer off", 4),
        (silent, "has not answered within 0.5 s", 1),
        (drip, "has not answered within 0.5 s", 1),
        (lambda h: say(h, HTML, Content_Type="text/html"), r"text/html and not .*: It works!", 1),
        (lambda h: say(h, b"Bad query\nmore", 400), r"refuses the query \(HTTP 400\): Bad", 1),
        (lambda h: say(h, b"", 401), "asks for other credentials", 1),
        (lambda h: say(h, b"", 404), "is not there", 1),
        (lambda h: say(h, b"broken", 500), r"fails \(HTTP 500\): broken", 1),
        (lambda h: say(h, b"busy", 503), r"is not available \(HTTP 503\): busy", 4),
        (lambda h: say(h, b"", 302, Location="http://elsewhere/"), "redirects to http://else", 1),
        (lambda h: say(h, b"x" * (2 << 20)), "answers with more than 1 MB", 1),
        (
            lambda h: say(h, TRUE, X_SQL_State="S1TAT", X_SQL_Message="incomplete results"),
            "answers in part: incomplete results",
            1,
        ),
    ],
)
def test_what_is_wrong_is_said(answer: Answer, problem: str, tries: int) -> None:
    timeout = 0.5 if "0.5 s" in problem else 5.0
    with server(answer) as (url, seen):
        with pytest.raises(EndpointError, match=problem) as caught:
            client(url, timeout=timeout, most_bytes=1 << 20).ask("ASK {}")
        assert caught.value.url == url
        assert caught.value.exit_code == 5
        assert len(seen) == tries


@pytest.mark.parametrize("body", [HTML, b"", TRUE[:-5], b'{"head":{"vars":["x"]},"results":{"b'])
def test_html_or_half_an_answer_as_json_is_an_error(body: bytes) -> None:
    problem = pytest.raises(EndpointError, match="no whole SPARQL result")
    with server(lambda h: say(h, body)) as (url, _), problem:
        queries.execute(Endpoint(url), "SELECT ?x { ?x ?y ?z }")


def test_a_server_that_is_down() -> None:
    slept: list[float] = []
    with pytest.raises(EndpointError, match="cannot be reached"):
        client(f"http://127.0.0.1:{free_port()}/", slept).ask("ASK {}")
    assert [round(pause, -1) for pause in slept] == [0, 0, 0]
    assert 0.5 <= slept[0] <= 1 <= slept[1] <= 2 <= slept[2] <= 4


def test_what_passes_is_tried_again() -> None:
    slept: list[float] = []
    busy: Answer = lambda h: say(h, b"", 503, Retry_After="7")  # noqa: E731
    with server(busy, cut_off, lambda h: say(h, TRUE)) as (url, seen):
        assert client(url, slept).ask("ASK {}").content == TRUE
    assert len(seen) == 3
    assert slept[0] == 7
    assert 1 <= slept[1] <= 2


def test_credentials_come_from_the_environment_and_stay_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISEASE_KG_ENDPOINT_USER", "reader")
    monkeypatch.setenv("DISEASE_KG_ENDPOINT_PASSWORD", "s3cret")
    challenge = 'Digest realm="SPARQL", nonce="b2", qop="auth", algorithm="MD5"'
    answers: list[Answer] = [
        lambda h: say(h, b"", 401),  # as Virtuoso refuses Basic: without a word
        lambda h: say(h, b"", 401, WWW_Authenticate=challenge),
        lambda h: say(h, TRUE),
    ]
    with server(*answers) as (url, seen):
        client = Client(url)
        assert [client.ask("ASK {}").content for _ in range(2)] == [TRUE, TRUE]
    basic = "Basic " + base64.b64encode(b"reader:s3cret").decode()
    sent = [headers.get("Authorization", "none")[:20] for headers in seen]
    assert sent == [basic[:20], "none", *2 * ['Digest username="rea']]
    with server(lambda h: say(h, b"", 403)) as (url, _), pytest.raises(EndpointError) as caught:
        Client(url).ask("ASK {}")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(EndpointError, match="in the clear"):
        Client("http://example.org/sparql")
    with pytest.raises(EndpointError) as caught:
        Client("https://reader:s3cret@example.org/sparql")
    assert "s3cret" not in str(caught.value)
    monkeypatch.setenv("DISEASE_KG_ENDPOINT_TOKEN", "t0ken")
    with server(lambda h: say(h, TRUE)) as (url, seen):
        Client(url).ask("ASK {}")
    assert seen[0]["Authorization"] == "Bearer t0ken"


def test_virtuoso_asks_for_digest(endpoint: Endpoint) -> None:
    if not endpoint.url.endswith("/sparql"):
        pytest.skip("Oxigraph asks for no credentials")
    dba = Settings(user="dba", password="dba", retries=0)
    assert Endpoint(endpoint.url + "-auth", dba).label(f"{GRAPH}x") == ""
    with pytest.raises(EndpointError, match="asks for other credentials"):
        Endpoint(endpoint.url + "-auth", Settings(user="dba", password="no")).graphs()


def test_an_endpoint_of_something_else_says_so(run: Run) -> None:
    with server(lambda h: say(h, TRUE.replace(b"true", b"false"))) as (url, _):
        code, out, told = run("tree", "focal dystonia", "--endpoint", url)
    assert (code, out) == (5, "")
    assert "holds no graph of this package" in told


def numbered(size: int, most: int) -> Answer:
    """Answer with so many numbered rows, and with `most` of them at a time without a word."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        query = parse_qs(handler.body)["query"][0]  # type: ignore[attr-defined]
        if query.startswith("ASK"):
            say(handler, TRUE)
            return
        page = re.search(r"LIMIT (\d+) OFFSET (\d+)", query)
        limit, start = (int(page[1]), int(page[2])) if page else (most, 0)
        numbers = range(start, min(size, start + min(limit, most)))
        bindings = [{"x": {"type": "literal", "value": f"{n:04}"}} for n in numbers]
        found = {"head": {"vars": ["x"]}, "results": {"bindings": bindings}}
        say(handler, json.dumps(found).encode())

    return answer


@pytest.mark.parametrize(
    ("size", "most", "asked"), [(2500, 1000, 5), (1000, 1000, 2), (999, 1000, 1)]
)
def test_an_answer_that_is_cut_in_silence_comes_whole(size: int, most: int, asked: int) -> None:
    with server(numbered(size, most)) as (url, seen):
        rows = queries.execute(Endpoint(url), "SELECT ?x { ?x ?y ?z }")
        assert isinstance(rows, queries.Rows)
        assert [row["x"] for row in rows] == [f"{n:04}" for n in range(size)]
    assert len(seen) == 1 + asked


@pytest.mark.parametrize(
    ("asked", "url"),
    [("DISEASE_KG_ENDPOINT", "http://127.0.0.1:9/"), ("DISEASE_KG_ENDPOINT_TIMEOUT", "soon")],
)
def test_the_environment_is_heeded(
    asked: str, url: str, directory: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv(asked, url)
    monkeypatch.setenv("DISEASE_KG_ENDPOINT_RETRIES", "0")
    command = ["tree", "focal dystonia"]
    where = [] if asked == "DISEASE_KG_ENDPOINT" else ["--endpoint", "http://127.0.0.1:9/"]
    assert run(*command, *where)[0] == 5
    assert run(*command, "--store", str(directory))[0] == 0


def test_a_folder_or_an_endpoint_not_both(directory: Path, run: Run) -> None:
    both = ["--store", str(directory), "--endpoint", "http://127.0.0.1:9/"]
    assert run("tree", "focal dystonia", *both)[0] == 2
    assert run("validate", "--endpoint", "http://x/")[0] == 2


# The text that is sent


def test_values_reach_subselects_and_leave_heads_alone() -> None:
    text = "SELECT ?a { { SELECT * { ?a ?p '?a' } ORDER BY ?a } OPTIONAL { ?a ?q ?b } } GROUP BY ?a"
    assert sparql.bound(text, {"a": "<x:y>"}) == (
        "SELECT ?a { VALUES ?a { <x:y> } { SELECT * { <x:y> ?p '?a' } ORDER BY ?a } "
        "OPTIONAL { <x:y> ?q ?b } } GROUP BY ?a"
    )


@pytest.mark.parametrize("case", [case for case in CASES if "=" in case])
def test_the_text_that_is_sent_answers_as_substitution_does(case: str, world: Store) -> None:
    from kg.resolve import resolve

    name, *pairs = shlex.split(case)
    query = queries.load(name)
    text, _ = query.without_order
    given = {
        key: resolve(world, value, query.parameter(key).kind)
        for key, value in (pair.split("=", 1) for pair in pairs)
    }
    sent = sparql.bound(text, {key: str(term) for key, term in given.items()})
    ours, theirs = world.query(text, given, None), world.query(sent, {}, None)
    assert isinstance(ours, ox.QuerySolutions) and isinstance(theirs, ox.QuerySolutions)
    assert Counter(map(tuple, theirs)) == Counter(map(tuple, ours))


def test_find_tells_quads(world: Store, endpoint: Endpoint) -> None:
    focal = ox.NamedNode("http://purl.obolibrary.org/obo/MONDO_0000477")
    condition = ox.NamedNode(DKG.Condition)
    for pattern in ((focal,), (None, None, condition), (focal, None, condition)):
        assert set(endpoint.find(*pattern)) == set(world.find(*pattern))
