from __future__ import annotations

import typing as t

import pytest

from erlen.serving.bridge import DISCONNECT, promised
from erlen.serving.inbox import AHEAD, PIECES, Inbox
from tests.serving.exchanges import END, GONE, Connection, piece


def watched(*messages: t.Any) -> tuple[Connection, Inbox, list[str]]:
    connection, news = Connection(messages), list[str]()
    inbox = Inbox(connection.receive)
    inbox.watch(lambda: news.append("left"))
    return connection, inbox, news


@pytest.mark.parametrize("sent", [[], [END], [piece(b"abc")], [piece(b"abc"), END]])
def test_a_client_that_leaves_is_noticed(sent: list[t.Any]) -> None:
    connection, inbox, news = watched(*sent)
    assert news == []
    connection.promises[-1].keep(GONE)
    assert news == ["left"]
    assert inbox.has_left()


def test_nobody_is_watched_without_being_asked_to() -> None:
    connection = Connection([GONE])
    assert not Inbox(connection.receive).has_left()
    assert connection.promises == []


def test_what_was_received_meanwhile_comes_first() -> None:
    connection, inbox, _ = watched(piece(b"a"), piece(b"b"))
    assert not inbox.has_left()
    assert [inbox().result()["body"] for _ in range(2)] == [b"a", b"b"]
    waited_for = inbox()
    connection.promises[-1].keep(piece(b"c"))
    assert waited_for.result()["body"] == b"c"
    assert not inbox().done()
    assert connection.promises[2:4] == [waited_for, connection.promises[-1]]


def test_one_watch_goes_on_where_the_other_ended() -> None:
    connection, inbox, _ = watched(piece(b"a"))
    assert not inbox.has_left()
    inbox.watch()
    assert len(connection.promises) == 2
    connection.promises[-1].keep(GONE)
    assert inbox.has_left()


def test_who_receives_after_a_watch_is_the_one_who_is_told() -> None:
    connection, inbox, news = watched()
    assert not inbox.has_left()
    received: list[t.Any] = []
    inbox().add_done_callback(received.append)
    connection.promises[0].keep(GONE)
    assert len(received) == 1
    assert news == []


def test_news_that_come_when_the_watch_is_over_are_not_lost() -> None:
    connection, inbox, news = watched()
    told = connection.promises[0]._callback
    assert told is not None
    assert not inbox.has_left()
    told(connection.promises[0])
    assert news == []
    assert not inbox().done()


@pytest.mark.parametrize("size,most", [(AHEAD // 4, 4), (1, PIECES)])
def test_not_more_is_kept_than_a_bit(size: int, most: int) -> None:
    connection, _, news = watched(*[piece(b"a" * size)] * 100, GONE)
    assert len(connection.promises) == most
    assert news == []


def test_a_client_that_is_let_go_is_waited_for_by_nobody() -> None:
    connection, inbox, _ = watched(piece(b"a"))
    assert not connection.is_let_go
    inbox.close()
    assert connection.is_let_go


def test_a_client_that_has_left_has_nothing_more_to_say() -> None:
    """Granian then returns something that is not a future."""
    inbox = Inbox(t.cast(t.Any, object))
    inbox.watch()
    assert inbox.has_left()
    gone = promised(object())
    assert (gone.done(), gone.cancelled(), gone.cancel()) == (True, False, False)
    assert gone.result() == {"type": DISCONNECT}
