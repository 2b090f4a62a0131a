"""Generated requests to one application on Flask and on Erlen: the answers are the same.

``ERLEN_ORACLE_COMPARISONS`` says how many are compared; ``make oracle`` asks for 200,000. What
differs on purpose is listed in `wanted_in` and `wanted_out`; anything else fails.
"""

from __future__ import annotations

import collections.abc as cabc
import os
import pathlib

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.differential import drawing, files
from tests.differential.differences import DIFFERENCES, Difference
from tests.differential.peers import Exchange, Peers, report
from tests.differential.wire import Request

COMPARISONS = int(os.environ.get("ERLEN_ORACLE_COMPARISONS", "5000"))
DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "differences.md"


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> cabc.Iterator[Peers]:
    folder = tmp_path_factory.mktemp("differential")
    files.write(folder)
    peers = Peers(folder)
    yield peers
    peers.stop()


def first_difference(exchanges: list[Exchange]) -> list[Exchange]:
    """Return the exchanges up to the first one that differs; none when all are as wanted."""
    for number, exchange in enumerate(exchanges, 1):
        if exchange.differs:
            return exchanges[:number]
    return []


def without_needless(peers: Peers, exchanges: list[Exchange]) -> list[Exchange]:
    """Leave out the requests without which the last one differs all the same."""
    requests = [exchange.request for exchange in exchanges]
    for at in reversed(range(len(requests) - 1)):
        fewer = requests[:at] + requests[at + 1 :]
        found = first_difference(peers.ask(fewer))
        if len(found) == len(fewer):
            requests, exchanges = fewer, found
    return exchanges


def test_every_request_gets_the_answer_that_flask_gives(peers: Peers) -> None:
    compared = 0

    @settings(
        max_examples=COMPARISONS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(drawing.batches())
    def compare(batch: list[Request]) -> None:
        nonlocal compared
        if compared >= COMPARISONS:
            return
        exchanges = peers.ask(batch)
        compared += len(exchanges)
        found = first_difference(exchanges)
        if found:
            compared = 0  # from here on hypothesis looks for a simpler example
            pytest.fail(report(without_needless(peers, found)), pytrace=False)

    compare()
    assert compared >= COMPARISONS


@pytest.mark.parametrize("wanted", DIFFERENCES, ids=lambda wanted: wanted.adapt.__name__)
def test_a_listed_difference_is_there_and_written_down(peers: Peers, wanted: Difference) -> None:
    exchange = peers.ask(wanted.example)[-1]
    assert exchange.reasons == (wanted.row,)
    assert not exchange.differs, report([exchange])
    assert wanted.documented in " ".join(DOCUMENT.read_text().split())


def test_an_unlisted_difference_is_reported_so_that_it_can_be_seen_again(peers: Peers) -> None:
    [exchange] = peers.ask([Request("/answer/text", query="a=1")])
    assert not exchange.differs
    changed = exchange._replace(erlen=exchange.erlen.but(body=b"another text"))
    text = report([changed])
    assert "body on Erlen: b'another text'" in text
    assert """python -m tests.differential '[{"path": "/answer/text", "query": "a=1"}]'""" in text
