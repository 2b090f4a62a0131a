"""More requests than permits: those that stand in line."""

from __future__ import annotations

import json
import typing as t

from tests.wire.client import connect, receive

Serve = t.Callable[..., t.Any]
OTHERS = 4


def test_a_stream_does_not_overtake_those_that_stand_in_line(serve: Serve) -> None:
    served = serve("--threads", "1")
    target = f"GET /turns?others={OTHERS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    with connect(served.port, target.encode()) as stream:
        served.program.wait_for("busy")
        others = [
            connect(served.port, b"GET /turn HTTP/1.0\r\nHost: a\r\n\r\n") for _ in range(OTHERS)
        ]
        turns = [json.loads(receive(each).body) for each in others]
        assert b"came: True" in receive(stream).body

    for each in others:
        each.close()

    assert sorted(turns, key=len) == [["request"] * number for number in range(1, OTHERS + 1)]
