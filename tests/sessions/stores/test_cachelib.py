"""What only caches have: libraries of their own, and ways of their own to fail."""

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

import pytest
import redis
from cachelib.file import FileSystemCache
from cachelib.redis import RedisCache
from cachelib.simple import SimpleCache
from redis.backoff import NoBackoff
from redis.retry import Retry

from erlen.sessions import StoreError
from erlen.sessions.stores import Change
from erlen.sessions.stores.cachelib import CacheLibStore
from tests.processes import free_port
from tests.sessions.stores.making import MSGPACK, create, fields
from tests.sessions.stores.redis_servers import RedisServer


def make_store(cache: t.Any, folder: Path) -> CacheLibStore:
    return CacheLibStore(cache, MSGPACK, locks=folder / "locks")


def test_what_is_no_cache_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="SESSION_CACHELIB is of type dict; give an object"):
        make_store({}, tmp_path)


def test_without_a_cache_it_is_a_folder_beside_the_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    create(make_store(None, tmp_path))
    assert (tmp_path / "flask_session").is_dir()


def test_what_the_library_of_a_cache_raises_is_a_store_error(tmp_path: Path) -> None:
    nobody: t.Any = redis.Redis(port=free_port(), retry=Retry(NoBackoff(), 0))
    store = make_store(RedisCache(host=nobody), tmp_path)
    with pytest.raises(StoreError, match="cachelib: ConnectionError"):
        store.load("id")


@pytest.mark.service("redis")
def test_a_cache_that_is_full_can_still_be_read(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--save", "").start()
    try:
        store = make_store(RedisCache(host="127.0.0.1", port=server.port), tmp_path)
        id = create(store, a=b"1")
        with server.client() as client:
            client.config_set("maxmemory", 1)
        with pytest.raises(StoreError, match="cachelib: OutOfMemoryError"):
            store.apply(id, Change("g", {"b": b"2"}))
        assert fields(store, id) == {"a": b"1"}
    finally:
        server.kill()


def test_a_cache_that_says_it_did_not_store_a_session_is_believed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = make_store(FileSystemCache(str(tmp_path / "cache")), tmp_path)
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(StoreError, match="the cache did not store the session"):
        create(store)


class Keeping(SimpleCache):
    """A cache that deletes nothing, or only says so."""

    def __init__(self, keeps: bool) -> None:
        super().__init__()
        self._keeps = keeps

    def delete(self, key: str) -> bool:
        return False if self._keeps else super().delete(key) and False


def test_a_session_that_the_cache_did_not_delete_is_an_error(tmp_path: Path) -> None:
    store = make_store(Keeping(True), tmp_path)
    id = create(store, a=b"1")
    with pytest.raises(StoreError, match="the cache did not delete the session"):
        store.destroy(id)
    with pytest.raises(StoreError, match="the cache did not delete the session"):
        store.apply(id, Change("g", deletes=["a"]))


def test_a_session_that_has_expired_meanwhile_is_deleted(tmp_path: Path) -> None:
    store = make_store(Keeping(False), tmp_path)
    id = create(store, a=b"1")
    assert store.destroy(id) is not None
    assert store.load(id) is None


def test_a_file_that_may_not_be_deleted_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(FileSystemCache(str(tmp_path / "cache")), tmp_path)
    id = create(store, a=b"1")

    def refuse(path: str) -> None:
        raise PermissionError(path)

    monkeypatch.setattr("cachelib.file.os.remove", refuse)
    with pytest.raises(StoreError, match="the cache did not delete the session"):
        store.destroy(id)
