"""A stand-in for a MongoDB server: as much of its protocol as the session store needs.

Neither Debian nor PyPI has the real one. This one keeps documents in memory, carries commands out
one at a time, as a real server does with the changes of one document, and is spoken to by the
real client over a socket. ``ERLEN_TEST_MONGODB=host:port`` makes the tests use a real one.
"""

from __future__ import annotations

import socketserver
import struct
import sys
import threading
import typing as t

import bson

Document = dict[str, t.Any]


class Mongod(socketserver.ThreadingTCPServer):
    """Listens on a port of 127.0.0.1 until it is closed."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.mutex = threading.Lock()
        self.collections: dict[tuple[str, str], list[Document]] = {}

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.server_address[1]}"

    def start(self) -> Mongod:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def answer(self, command: Document) -> Document:
        name = next(iter(command))
        method = getattr(self, f"do_{name.lower()}", None)
        if method is None:
            return {"ok": 0.0, "errmsg": f"no such command: {name}", "code": 59}
        with self.mutex:
            return {"ok": 1.0, **method(command)}

    def do_hello(self, command: Document) -> Document:
        return {
            "isWritablePrimary": True,
            "helloOk": True,
            "maxBsonObjectSize": 16 * 2**20,
            "maxMessageSizeBytes": 48 * 10**6,
            "maxWriteBatchSize": 100_000,
            "minWireVersion": 0,
            "maxWireVersion": 21,
        }

    do_ismaster = do_hello

    def do_ping(self, command: Document) -> Document:
        return {}

    do_endsessions = do_createindexes = do_ping

    def _documents(self, command: Document) -> list[Document]:
        key = (command["$db"], command[next(iter(command))])
        return self.collections.setdefault(key, [])

    def do_find(self, command: Document) -> Document:
        found = [d for d in self._documents(command) if _matches(d, command["filter"])]
        limit = abs(command.get("limit", 0)) or len(found)
        namespace = f"{command['$db']}.{command['find']}"
        return {"cursor": {"id": 0, "ns": namespace, "firstBatch": found[:limit]}}

    def do_insert(self, command: Document) -> Document:
        self._documents(command).extend(command["documents"])
        return {"n": len(command["documents"])}

    def do_update(self, command: Document) -> Document:
        matched = 0
        for update in command["updates"]:
            documents = self._documents(command)
            found = next((d for d in documents if _matches(d, update["q"])), None)
            if found is None and update.get("upsert"):
                documents.append(found := {"_id": bson.ObjectId()})
            if found is not None:
                found.update(update["u"]["$set"])
                matched += 1
        return {"n": matched, "nModified": matched}

    def do_delete(self, command: Document) -> Document:
        documents = self._documents(command)
        before = len(documents)
        for delete in command["deletes"]:
            for document in documents:
                if _matches(document, delete["q"]):
                    documents.remove(document)
                    break
        return {"n": before - len(documents)}


class _Connection(socketserver.StreamRequestHandler):
    """OP_MSG in both directions, OP_QUERY for the first hello."""

    server: Mongod

    def handle(self) -> None:
        while head := self.rfile.read(16):
            length, request, _, opcode = struct.unpack("<iiii", head)
            body = self.rfile.read(length - 16)
            if opcode == 2004:
                start = body.index(b"\0", 4) + 9
                answer = bson.encode(self.server.answer(bson.decode(body[start:])))
                reply = struct.pack("<iqii", 8, 0, 0, 1) + answer
                kind = 1
            else:
                reply = b"\0\0\0\0\0" + bson.encode(self.server.answer(_command_of(body)))
                kind = 2013
            self.wfile.write(struct.pack("<iiii", 16 + len(reply), 0, request, kind) + reply)


def _command_of(body: bytes) -> Document:
    """Return the command in an OP_MSG, with the sequences of documents that follow it."""
    command: Document = {}
    position = 4
    while position < len(body):
        kind = body[position]
        (size,) = struct.unpack_from("<i", body, position + 1)
        section = body[position + 1 : position + 1 + size]
        position += 1 + size
        if kind == 0:
            command |= bson.decode(section)
        else:
            name, _, documents = section[4:].partition(b"\0")
            command[name.decode()] = bson.decode_all(documents)
    return command


def _matches(document: Document, query: Document) -> bool:
    return all(document.get(key) == value for key, value in query.items())


if __name__ == "__main__":
    Mongod(int(sys.argv[1])).serve_forever()
