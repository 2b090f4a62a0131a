"""Show how Flask and Erlen answer: ``python -m tests.differential '[{"path": "/"}]'``."""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile

from tests.differential import files
from tests.differential.peers import Peers, report
from tests.differential.wire import Request


def main(batch: list[Request]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        files.write(pathlib.Path(folder))
        peers = Peers(pathlib.Path(folder))
        try:
            exchanges = peers.ask(batch)
        finally:
            peers.stop()
    for number, exchange in enumerate(exchanges, 1):
        if exchange.differs:
            print(report(exchanges[:number]))
        else:
            print(f"{exchange.request}\n  both: {exchange.erlen} {exchange.reasons}")
    return any(exchange.differs for exchange in exchanges)


if __name__ == "__main__":
    sys.exit(main([Request.from_json(fields) for fields in json.loads(sys.argv[1])]))
