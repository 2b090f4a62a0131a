"""Paths of URLs, put together from a rule's literals and the values of its variables.

Written for Cython, which makes loops over characters of it (see ``paths.pxd``). Interpreted it is
right and slow, and :mod:`.urls` has other ways.
"""

from __future__ import annotations

import functools
import typing as t

from .contexts import current

F = t.TypeVar("F", bound=t.Callable[..., str])

_get_frame: t.Any = current.get
#: Whether this is the compiled form.
COMPILED = not __file__.endswith((".py", ".pyc"))

_PLAIN = bytes(chr(code).isalnum() or chr(code) in "_.~-!$&'()*+,/:;=@" for code in range(128))


def is_plain(text: str) -> bool:
    """Tell whether *text* stands in a path as it is."""
    plain = _PLAIN
    for char in text:
        code = ord(char)
        if code > 127 or not plain[code]:
            return False
    return True


class UsualPath:
    """Writes the usual values of one rule down, and leaves all others to *otherwise*.

    *slots* has the name of each variable, whether it is a number, and the literal behind it. Usual
    are integers for numbers, and words in which nothing has to be quoted for all others.
    """

    __slots__ = ("_head", "_otherwise", "_slots")

    def __init__(
        self,
        head: str,
        slots: tuple[tuple[str, bool, str], ...],
        otherwise: t.Callable[[dict[str, t.Any], str | None, str], str | None],
    ) -> None:
        self._head = head
        self._slots = slots
        self._otherwise = otherwise

    def __call__(self, values: t.Any, method: t.Any, default_method: t.Any) -> str | None:
        path = self.fill(values) if method is None and type(values) is dict else None
        return self._otherwise(values, method, default_method) if path is None else path

    def fill(self, values: dict[str, t.Any]) -> str | None:
        """Return the path for usual *values*, None for others."""
        if len(values) != len(self._slots):
            return None
        pieces = [self._head]
        for name, is_number, tail in self._slots:
            value = values.get(name)
            if is_number:
                if type(value) is not int:
                    return None
                pieces.append(str(value))
            else:
                if type(value) is not str or not is_plain(value):
                    return None
                pieces.append(value)
            pieces.append(tail)
        return "".join(pieces)


def usual_path(build: t.Any, values: dict[str, t.Any]) -> str | None:
    """Return the path if *build* is the builder of a usual one, and *values* are usual."""
    if type(build) is not UsualPath:
        return None
    usual: UsualPath = build
    return usual.fill(values)


def with_short_way(url_for: F) -> F:
    """Let *url_for* be asked only for what takes more than the path of the request's own host."""
    # PERF: compiled 0.6 against 1.5 µs for a function of Python (timeit), of which 0.3 are for
    # the interpreter, which compares the name of each value with those of all parameters. Handing
    # the values on to current_app.url_for takes 0.5 µs more, making the adapter of a request 6,
    # and asking it 0.8.

    @functools.wraps(url_for)
    def find(
        endpoint: t.Any,
        *,
        _anchor: t.Any = None,
        _method: t.Any = None,
        _scheme: t.Any = None,
        _external: t.Any = None,
        **values: t.Any,
    ) -> t.Any:
        frame = _get_frame()
        if frame is not None and _anchor is None and _scheme is None and not _external:
            app, ctx = frame[0].app, frame[1]
            served = app._serving
            if (
                ctx is not None
                and (ctx is frame[0] or ctx.app is app)
                and served is not None
                and served.builds_paths
                and not ctx.has_adapter
                and not app.url_default_functions
            ):
                request = ctx.request
                if endpoint[:1] == ".":
                    blueprint = request.blueprint
                    endpoint = endpoint[1:] if blueprint is None else f"{blueprint}{endpoint}"
                url_map = app.url_map
                build = url_map.path_builders.get(endpoint)
                if build is None:
                    build = url_map.path_builder(endpoint)
                path = usual_path(build, values) if COMPILED and _method is None else None
                if path is None:
                    path = build(values, _method, request.method)
                if path is not None:
                    root = request.root_path
                    return root + path if root else path
        return url_for(
            endpoint,
            _anchor=_anchor,
            _method=_method,
            _scheme=_scheme,
            _external=_external,
            **values,
        )

    return t.cast(F, find)
