"""From the configuration and the arguments of a pool to its options."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import difflib
import typing as t

from .drivers import (
    Arguments,
    Creator,
    ask_with_statement,
    complete,
    find_creator,
    is_memory,
    ping,
    read_url,
)
from .steady import FETCHED

if t.TYPE_CHECKING:
    from ..app import Erlen

#: Seconds to wait for a connection.
DEFAULT_MAXWAIT = 30.0


class Ping(t.NamedTuple):
    """When to ask a connection whether it is alive (1: taken, 2: cursor, 4: statement), and how."""

    moments: int
    ask: cabc.Callable[[t.Any], t.Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What a pool is made with; the names are those of DBUtils where it has one."""

    creator: Creator
    ping: Ping
    prefix: str = "DBPOOL_"
    driver: str = ""
    mode: str = "pooled"
    maxconnections: int = 0
    mincached: int = 0
    maxcached: int = 0
    maxshared: int = 0
    blocking: bool = False
    maxwait: float | None = DEFAULT_MAXWAIT
    maxusage: int = 0
    setsession: tuple[str, ...] = ()
    reset: bool = True
    failures: tuple[type[Exception], ...] = ()
    cursor_args: Arguments | None = None


# Checks: they return the value as it is used, or raise TypeError or ValueError that say what it
# should be.


def _count(value: t.Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a whole number")
    if value < 0:
        raise ValueError("0 (no limit) or more")
    return value


def _seconds(value: t.Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number of seconds, or None to wait for ever")
    if value < 0:
        raise ValueError("0 seconds or more")
    return value


def _switch(value: t.Any) -> bool:
    if value is not None and not isinstance(value, bool | int):
        raise TypeError("True or False")
    return bool(value)


def _mapping(value: t.Any) -> Arguments:
    if not isinstance(value, cabc.Mapping):
        raise TypeError("a dict of arguments")
    return dict(value)


def _text(value: t.Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _mode(value: t.Any) -> str:
    mode = _text(value).lower().removesuffix("db")
    if mode not in ("pooled", "persistent"):
        raise ValueError("'pooled' or 'persistent'")
    return mode


def _statements(value: t.Any) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else tuple(value or ())
    if not all(isinstance(statement, str) for statement in found):
        raise TypeError("a list of SQL statements")
    return found


def _exceptions(value: t.Any) -> tuple[type[Exception], ...]:
    found = value if isinstance(value, tuple | list) else () if value is None else (value,)
    if not all(isinstance(cls, type) and issubclass(cls, Exception) for cls in found):
        raise TypeError("an exception class, or several")
    return tuple(found)


def _ping(value: t.Any) -> tuple[int, cabc.Callable[[t.Any], t.Any] | None]:
    moments, ask = (FETCHED, value) if isinstance(value, str) or callable(value) else (value, None)
    if isinstance(value, tuple | list) and len(value) == 2:
        moments, ask = value
    moments = 0 if moments is None else moments
    if not isinstance(moments, int) or not 0 <= moments <= 7:
        raise ValueError("a number from 0 to 7, an SQL statement, a function, or (number, one)")
    return int(moments), ask_with_statement(ask) if isinstance(ask, str) else ask


def _anything(value: t.Any) -> t.Any:
    return value


#: Every setting: in the configuration in capitals behind the prefix, else as an argument.
SETTINGS: dict[str, cabc.Callable[[t.Any], t.Any]] = {
    "url": _text,
    "creator": _anything,
    "connect_args": _mapping,
    "cursor_args": _mapping,
    "mode": _mode,
    "maxconnections": _count,
    "mincached": _count,
    "maxcached": _count,
    "maxshared": _count,
    "blocking": _switch,
    "maxwait": _seconds,
    "maxusage": _count,
    "setsession": _statements,
    "reset": _switch,
    "failures": _exceptions,
    "ping": _ping,
}
#: Arguments of most drivers, which have settings of their own so that they can come from the
#: environment one by one.
ADDRESS = ("host", "port", "user", "password", "database")

_LIMITED = ("mincached", "maxcached", "maxshared")
_POOLED_ONLY = ("maxconnections", *_LIMITED, "blocking", "maxwait")


def read_options(app: Erlen, prefix: str, arguments: cabc.Mapping[str, t.Any]) -> Options:
    """Return the options of a pool for *app*; the configuration goes before *arguments*.

    Raises ``TypeError``, ``ValueError`` or ``ModuleNotFoundError`` that name the setting.
    """
    given, driver_arguments = _split(arguments)
    configured = app.config.get_namespace(prefix)
    _refuse_unknown(configured, prefix)
    driver_arguments |= {key: configured.pop(key) for key in ADDRESS if key in configured}
    given |= configured
    checked = {name: _checked(name, value, prefix) for name, value in given.items()}
    creator, connect_args = _address(checked, prefix, app.instance_path)
    driver = _driver_name(creator)
    arguments = complete(driver, connect_args | driver_arguments)
    moments, ask = checked.pop("ping", (FETCHED, None))
    options = Options(
        creator=Creator(creator, arguments),
        prefix=prefix,
        driver=driver,
        ping=Ping(moments, ask or ping),
        **checked,
    )
    _check_together(options, given, arguments)
    return options


def _split(arguments: cabc.Mapping[str, t.Any]) -> tuple[Arguments, Arguments]:
    """Part what is the pool's from what goes to the driver."""
    given = {name: value for name, value in arguments.items() if name in SETTINGS}
    others = {name: value for name, value in arguments.items() if name not in SETTINGS}
    for name in others:
        close = difflib.get_close_matches(name, SETTINGS, 1, 0.85)
        if close:
            raise TypeError(
                f"Pool() got {name!r}. Did you mean {close[0]!r}? An argument with that very name"
                f" for the driver goes into connect_args={{{name!r}: …}}."
            )
    return given, others


def _refuse_unknown(configured: cabc.Mapping[str, t.Any], prefix: str) -> None:
    names = [*SETTINGS, *ADDRESS]
    for name in configured:
        if name not in names:
            close = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {prefix}{close[0].upper()}?" if close else ""
            raise ValueError(
                f"{prefix}{name.upper()} is not a setting of a pool.{hint} What only the driver"
                f" knows goes into the dict {prefix}CONNECT_ARGS."
            )


def _checked(name: str, value: t.Any, prefix: str) -> t.Any:
    try:
        return SETTINGS[name](value)
    except (TypeError, ValueError) as exc:
        kind, expected = type(exc), str(exc)
    shown = type(value).__name__ if name in ("url", "connect_args") else repr(value)
    raise kind(f"{prefix}{name.upper()} (or {name}=…) should be {expected}, not {shown}.")


def _address(checked: Arguments, prefix: str, folder: str) -> tuple[t.Any, Arguments]:
    """Take what tells how to connect out of *checked*; return the creator and its arguments."""
    url, creator = checked.pop("url", None), checked.pop("creator", None)
    arguments: Arguments = checked.pop("connect_args", {})
    if url is None and creator is None:
        raise ValueError(
            f"The pool does not know its database. Set {prefix}URL, such as"
            f" 'mysql://user:password@host/database', or {prefix}CREATOR and"
            f" {prefix}CONNECT_ARGS; before 'pool.init_app(app)'."
        )
    key = f"{prefix}CREATOR"
    if url is not None:
        module, of_url = read_url(url, f"{prefix}URL", folder)
        key = key if creator is not None else f"{prefix}URL"
        creator, arguments = creator or module, of_url | arguments
    return find_creator(creator, key), arguments


def _driver_name(creator: t.Any) -> str:
    """Return the name to import of the driver that a creator belongs to, as far as it tells."""
    module = creator if hasattr(creator, "threadsafety") else getattr(creator, "dbapi", creator)
    name = str(getattr(module, "__module__", None) or getattr(module, "__name__", ""))
    return name.removeprefix("_").partition(".")[0]  # sqlite3's functions are in _sqlite3


def _check_together(options: Options, given: Arguments, arguments: Arguments) -> None:
    """Refuse settings that DBUtils would change, ignore or hang on."""
    prefix = options.prefix
    if options.mode == "persistent":
        for name in _POOLED_ONLY:
            if given.get(name):
                raise ValueError(
                    f"{prefix}{name.upper()} is for mode 'pooled'. With {prefix}MODE ="
                    " 'persistent' every thread keeps one connection, and there is no limit."
                )
    for name in _LIMITED:
        if 0 < options.maxconnections < getattr(options, name):
            raise ValueError(
                f"{prefix}{name.upper()} is {getattr(options, name)}, more than"
                f" {prefix}MAXCONNECTIONS, which is {options.maxconnections}. Raise the latter."
            )
    if 0 < options.maxcached < options.mincached:
        raise ValueError(
            f"{prefix}MINCACHED is {options.mincached}, more than {prefix}MAXCACHED, which is"
            f" {options.maxcached}: connections would be opened to be closed at once."
        )
    if options.maxshared and options.creator.threadsafety < 2:
        raise ValueError(
            f"{prefix}MAXSHARED is set, but threads cannot share a connection of"
            f" {options.driver} (its 'threadsafety' is {options.creator.threadsafety})."
        )
    if is_memory(options.driver, arguments) and options.maxconnections != 1:
        raise ValueError(
            "Each connection to ':memory:' has a database of its own. Name a file in"
            f" {prefix}URL, or set {prefix}MAXCONNECTIONS = 1 and {prefix}BLOCKING = True."
        )
