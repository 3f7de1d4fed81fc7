"""SPARQL from strangers: evaluated by processes that may be killed, each with its limits.

The engine has no timeout, a long enough query overflows its stack, and SERVICE asks other hosts
(https://github.com/oxigraph/oxigraph). So each query runs in a process started beforehand, with
the store open read-only, a limit of memory, no network and a deadline. One that dies or is late
is replaced; an answer is complete before it is given.
"""

from __future__ import annotations

import io
import multiprocessing
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import pyoxigraph as ox

from ..errors import DiseaseKGError, QueryError
from ..guard import asks_another_host
from ..queries import located
from ..vocabulary import PREFIXES
from .sandbox import confine

_ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
ROWS, TRIPLES = tuple(_ROWS), tuple(_TRIPLES)
"""The media types of rows (and yes or no), and of triples, the default first."""


class Refused(DiseaseKGError):
    """A query that is not evaluated here: it asks another host."""


class TooLarge(DiseaseKGError):
    """A query, or an answer, of more bytes than allowed."""


class GivenUp(DiseaseKGError):
    """A query that took too long, or too much memory, or that the engine did not survive."""


class Busy(DiseaseKGError):
    """No process was free in time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take: seconds, bytes of memory, bytes of its answer and of its text."""

    seconds: float = 10
    memory: int = 4 << 30
    answer: int = 32 << 20
    query: int = 100_000


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its dataset, and the media types that suit the asker, the best first."""

    sparql: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    rows: str = ROWS[0]
    triples: str = TRIPLES[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, serialized."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Failure:
    """What went wrong in the other process: errors themselves do not travel."""

    too_large: bool
    message: str


def check(question: Question, limits: Limits) -> None:
    """Raise TooLarge, or Refused for a query that asks another host.

    >>> check(Question("ASK { SERVICE <http://example.org/> { } }"), Limits())
    Traceback (most recent call last):
        ...
    kg.server.workers.Refused: SERVICE is not allowed here: this endpoint asks no other host
    """
    if len(question.sparql.encode("utf-8", "surrogatepass")) > limits.query:
        raise TooLarge(f"the query is longer than {limits.query:,} bytes")
    if asks_another_host(question.sparql):
        raise Refused("SERVICE is not allowed here: this endpoint asks no other host")


class Pool:
    """So many processes that answer queries on the store in a folder."""

    def __init__(self, graph: Path, size: int = 2, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._graph = graph
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers: set[_Worker] = set()
        for _ in range(size):
            self._hire()

    def _hire(self) -> None:
        worker = _Worker(self._graph, self.limits)
        self._workers.add(worker)
        self._idle.put(worker)

    def ask(self, question: Question) -> Answer:
        """Return the answer to a query; blocks the calling thread.

        Raises Refused, TooLarge, Busy, GivenUp, QueryError.
        """
        check(question, self.limits)
        try:
            worker = self._idle.get(timeout=self.limits.seconds)
        except Empty:
            raise Busy("too many queries at once; try again in a moment") from None
        try:
            answer = worker.ask(question)
        except GivenUp:
            worker.stop()
            self._workers.discard(worker)
            Thread(target=self._hire, daemon=True).start()
            raise
        except BaseException:
            self._idle.put(worker)
            raise
        self._idle.put(worker)
        return answer

    def close(self) -> None:
        """Stop all processes."""
        for worker in self._workers:
            worker.stop()


class _Worker:
    """One process, from the parent's side."""

    def __init__(self, graph: Path, limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self._limits = limits
        self._connection, its_end = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_work, args=(its_end, str(graph), limits), daemon=True
        )
        self._process.start()
        its_end.close()
        self._connection.recv()  # it is ready

    def ask(self, question: Question) -> Answer:
        """Return the answer, or raise what went wrong."""
        try:
            self._connection.send(question)
            if not self._connection.poll(self._limits.seconds):
                raise GivenUp(f"the query took more than {self._limits.seconds:g} seconds")
            answer = self._connection.recv()
        except (EOFError, OSError):
            raise GivenUp("the query needs more memory or a deeper stack than allowed") from None
        if isinstance(answer, _Failure):
            raise (TooLarge if answer.too_large else QueryError)(answer.message)
        assert isinstance(answer, Answer)
        return answer

    def stop(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.join()
        self._connection.close()


def _work(connection: Connection, graph: str, limits: Limits) -> None:
    """Answer queries until the parent hangs up."""
    store = ox.Store.read_only(graph)
    confine(limits.memory)
    with suppress(EOFError, OSError):  # the parent has gone
        connection.send("ready")
        while True:
            question = connection.recv()
            try:
                connection.send(evaluate(store, question, limits))
            except DiseaseKGError as error:
                connection.send(_Failure(isinstance(error, TooLarge), str(error)))


def evaluate(store: ox.Store, question: Question, limits: Limits) -> Answer:
    """Return the answer to a query; without a dataset of its own it is asked of all graphs."""
    try:
        found = store.query(
            question.sparql,
            prefixes=PREFIXES,
            use_default_graph_as_union=not (question.default_graphs or question.named_graphs),
            default_graph=[*map(ox.NamedNode, question.default_graphs)] or None,
            named_graphs=[*map(ox.NamedNode, question.named_graphs)] or None,
        )
        output = _Limited(limits.answer)
        if isinstance(found, ox.QueryTriples):
            ox.serialize(found, output, _TRIPLES[question.triples], prefixes=PREFIXES)
            return Answer(question.triples, output.getvalue())
        found.serialize(output, _ROWS[question.rows])
        return Answer(question.rows, output.getvalue())
    except SyntaxError as error:
        raise located(str(error), question.sparql) from None
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError(f"the query was given up: {error}") from None


class _Limited(io.BytesIO):
    """A buffer that holds so many bytes and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: object) -> int:
        if self.tell() > self._most:
            raise TooLarge(f"the answer is larger than {self._most:,} bytes; use LIMIT")
        return super().write(data)  # type: ignore[arg-type]
