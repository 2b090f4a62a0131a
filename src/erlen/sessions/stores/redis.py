"""Sessions in Redis or Valkey: a hash a session, changed by a script on the server."""

from __future__ import annotations

import hashlib
import time
import typing as t

from ..failures import StoreError
from .base import LeasingStore
from .change import PERMANENT, Change, Outcome, Record
from .records import RecordReader
from .redis_client import library_of, make_client

if t.TYPE_CHECKING:
    from ..serialization import Serializer
    from .settings import Settings

#: The field for generation and expiry. No key of a session begins with a zero byte.
_ABOUT: t.Final = b"\0"

# KEYS: session, and lock where there is a token. ARGV: generation, "1" if the session is created,
# "1" if it is cleared, how it is to live on in milliseconds (-1: as it does), token of the lock,
# generation and expiry, how many values are set, those with their keys, and the keys to be deleted.
_APPLY = f"""
local key = KEYS[1]
if ARGV[2] == '0' then
  local about = redis.call('HGET', key, '\\0')
  if not about or string.match(about, '^[^ ]*') ~= ARGV[1] then return 'gone' end
  if ARGV[5] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[5] then return 'lock lost' end
end
local lives = tonumber(ARGV[4])
if ARGV[3] == '1' then
  local about = redis.call('HGET', key, '\\0')
  if lives < 0 then lives = redis.call('PTTL', key) end
  redis.call('DEL', key)
  redis.call('HSET', key, '\\0', about)
end
local last = 7 + 2 * tonumber(ARGV[7])
for i = 8, last, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
for i = last + 1, #ARGV do redis.call('HDEL', key, ARGV[i]) end
local left = redis.call('HLEN', key)
if left <= 2 and left == 1 + redis.call('HEXISTS', key, '{PERMANENT}')
    and ARGV[2] == '0' and (last > 7 or #ARGV > 7 or ARGV[3] == '1') then
  redis.call('DEL', key)
  return 'emptied'
end
if ARGV[6] ~= '' then redis.call('HSET', key, '\\0', ARGV[6]) end
if lives >= 0 then redis.call('PEXPIRE', key, lives) end
return 'applied'
"""

_DESTROY = """
local fields = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return fields
"""

# A session that Flask-Session wrote is one string. ARGV: that string, and what to put in its place.
_ADOPT = """
if redis.call('TYPE', KEYS[1]).ok ~= 'string' or redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local lives = redis.call('PTTL', KEYS[1])
redis.call('DEL', KEYS[1])
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
if lives >= 0 then redis.call('PEXPIRE', KEYS[1], lives) end
return 1
"""

_UNLOCK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

#: What the first script answers.
_OUTCOMES = {outcome.value.encode(): outcome for outcome in Outcome}


class Hashes:
    """What every request with a session asks of Redis: the hash with this id, and a change of it.

    Cython makes an extension type of it where it can (see ``redis.pxd``).
    """

    # PERF: `apply` takes 6,600 instructions and `load` 15,000. As methods of `RedisStore`, with the
    # attributes of a Python class, and with the lock's key each time, they took 8,300 and 15,400
    # (callgrind, what the client does within ``execute_command`` left out).

    client: t.Any
    _prefix: str
    _digests: dict[str, str]
    _exceptions: t.Any
    #: Whatever goes wrong on the way or on the server; RedisError or ValkeyError.
    _errors: t.Any

    def __init__(self, client: t.Any, prefix: str) -> None:
        self.client = client
        self._prefix = prefix
        self._digests = {
            script: hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
            for script in (_APPLY, _DESTROY, _ADOPT, _UNLOCK)
        }
        self._exceptions = library_of(client).exceptions
        self._errors = self._exceptions.ConnectionError.__mro__[1]

    def load(self, id: str) -> Record | None:
        key = self._prefix + id
        try:
            return _record_of(self.client.hgetall(key))
        except self._errors as exc:
            if not str(exc).startswith("WRONGTYPE"):
                raise _failure(exc) from exc
        return t.cast("RedisStore", self)._adopt(key)

    def apply(self, id: str, change: Change) -> Outcome:
        return _OUTCOMES[_run(self, _APPLY, _arguments_of(self._prefix + id, change))]


class RedisStore(Hashes, LeasingStore):
    """``SESSION_TYPE = "redis"``: one round trip to read a session, one to change it.

    :param client: see :func:`~.redis_client.make_client`.
    """

    def __init__(
        self,
        client: t.Any,
        serializer: Serializer,
        *,
        prefix: str = "session:",
        timeout: float = 0.5,
    ) -> None:
        Hashes.__init__(self, make_client(client, timeout), prefix)
        self._reader = RecordReader(serializer)

    @classmethod
    def from_settings(cls, settings: Settings) -> RedisStore:
        return cls(
            settings.app.config.get("SESSION_REDIS"),
            settings.serializer,
            prefix=settings.prefix,
            timeout=settings.timeout,
        )

    def destroy(self, id: str) -> Record | None:
        key = self._prefix + id
        try:
            flat = _run(self, _DESTROY, [1, key])
        except StoreError as exc:
            if "WRONGTYPE" not in str(exc):
                raise
            record = self._adopt(key)
            return None if record is None else self.destroy(id)
        return _record_of(dict(zip(flat[::2], flat[1::2], strict=True)))

    def _lease(self, id: str, token: str) -> bool:
        lifetime = int(self.lock_lifetime * 1000)
        return bool(self._ask("set", _lock_key(self._prefix + id), token, nx=True, px=lifetime))

    def _release(self, id: str, token: str) -> None:
        _run(self, _UNLOCK, [1, _lock_key(self._prefix + id), token])

    def close(self) -> None:
        self.client.close()

    def ping(self) -> None:
        self._ask("ping")

    def _ask(self, command: str, *args: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            return getattr(self.client, command)(*args, **kwargs)
        except self._errors as exc:
            raise _failure(exc) from exc

    def _adopt(self, key: str) -> Record | None:
        """Turn a session that Flask-Session wrote into one of ours."""
        try:
            data = self._ask("get", key)
        except StoreError as exc:
            if "WRONGTYPE" not in str(exc):
                raise
            return self.load(key.removeprefix(self._prefix))  # another request was quicker
        record = None if data is None else self._reader.read(data, 0)
        if record is None:
            return None
        arguments: list[t.Any] = [1, key, data, _ABOUT, f"{record.generation} 0"]
        for pair in record.fields.items():
            arguments.extend(pair)
        if _run(self, _ADOPT, arguments):
            return record
        return self.load(key.removeprefix(self._prefix))


def _run(hashes: Hashes, script: str, arguments: list[t.Any]) -> t.Any:
    """Return what *script* answers to *arguments*, which begin with how many of them are keys."""
    client = hashes.client
    words = ["EVALSHA", hashes._digests[script], *arguments]
    try:
        try:
            return client.execute_command(*words)
        except hashes._exceptions.NoScriptError:  # a new server, or one that was restarted
            return client.eval(script, *arguments)
    except hashes._errors as exc:
        raise _failure(exc) from exc


def _failure(exc: Exception) -> StoreError:
    return StoreError(f"Redis: {type(exc).__name__}: {exc}")


def _record_of(fields: dict[bytes, bytes]) -> Record | None:
    """Return the record whose hash has these fields; None when it is no session's."""
    about = fields.pop(_ABOUT, None)
    if about is None:
        return None
    by_key = {}
    try:
        generation, _, expires = about.decode().partition(" ")
        for name, value in fields.items():
            by_key[name.decode()] = value
        return Record(generation, float(expires), by_key)
    except ValueError:  # something else wrote there
        return None


def _arguments_of(key: str, change: Change) -> list[t.Any]:
    """Return the arguments of the script that applies a change to the hash *key*."""
    expires = change.expires
    arguments: list[t.Any] = [2, key, _lock_key(key)] if change.token else [1, key]
    arguments += (
        change.generation,
        "1" if change.creates else "0",
        "1" if change.cleared else "0",
        -1 if expires is None else max(int((expires - time.time()) * 1000), 0),
        change.token or "",
        "" if expires is None else f"{change.generation} {expires:.3f}",
        len(change.sets),
    )
    for name, value in change.sets.items():
        arguments.append(name)
        arguments.append(value)
    arguments.extend(change.deletes)
    return arguments


def _lock_key(key: str) -> str:
    """Return the key of a session's lock, which a cluster keeps beside the session."""
    return f"{key}:lock" if "{" in key else f"{{{key}}}:lock"
