"""The configuration of an application: a dict that can be filled from many places."""

from __future__ import annotations

import collections.abc as cabc
import errno
import json
import os
import types
import typing as t

if t.TYPE_CHECKING:
    import typing_extensions as te

    from .registration import App

T = t.TypeVar("T")

_NO_FILE = (errno.ENOENT, errno.EISDIR, errno.ENOTDIR)


class ConfigAttribute(t.Generic[T]):
    """An attribute of the application that lives in its configuration under *name*."""

    def __init__(self, name: str, get_converter: cabc.Callable[[t.Any], T] | None = None) -> None:
        self.__name__ = name
        self.get_converter = get_converter

    @t.overload
    def __get__(self, obj: None, owner: type[App]) -> te.Self: ...
    @t.overload
    def __get__(self, obj: App, owner: type[App]) -> T: ...
    def __get__(self, obj: App | None, owner: type[App] | None = None) -> T | te.Self:
        if obj is None:
            return self
        value = obj.config[self.__name__]
        return t.cast(T, value) if self.get_converter is None else self.get_converter(value)

    def __set__(self, obj: App, value: t.Any) -> None:
        obj.config[self.__name__] = value


class Config(dict[str, t.Any]):
    """A dict with methods that load files, objects and environment variables into it.

    Files are looked for relative to *root_path*. Files and objects give only their names in
    capitals; whatever else they hold is theirs.

    A key of *defaults* that was taken out is no longer in the dict, but ``config[key]`` goes on
    giving its default: an application whose ``SERVER_NAME`` was popped runs as if none was set.
    """

    def __init__(
        self, root_path: str | os.PathLike[str], defaults: dict[str, t.Any] | None = None
    ) -> None:
        super().__init__(defaults or {})
        self._defaults = dict(defaults or {})
        self.root_path = root_path
        #: By the name of a setting, what is called after it was changed; one of these for each
        #: application that has this configuration.
        self.watchers: list[cabc.Mapping[str, cabc.Callable[[], None]]] = []

    def __missing__(self, key: str) -> t.Any:
        return self._defaults[key]

    def _announce(self, keys: cabc.Iterable[str]) -> None:
        changed = [(by_name, key) for key in keys for by_name in self.watchers if key in by_name]
        for notify in {by_name[key] for by_name, key in changed}:
            notify()

    def __setitem__(self, key: str, value: t.Any) -> None:
        super().__setitem__(key, value)
        self._announce((key,))

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._announce((key,))

    def update(self, *args: t.Any, **kwargs: t.Any) -> None:
        new = dict(*args, **kwargs)
        super().update(new)
        self._announce(new)

    def __ior__(self, other: t.Any) -> te.Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    def setdefault(self, key: str, default: t.Any = None) -> t.Any:
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str, *default: t.Any) -> t.Any:
        value = super().pop(key, *default)
        self._announce((key,))
        return value

    def popitem(self) -> tuple[str, t.Any]:
        item = super().popitem()
        self._announce(item[:1])
        return item

    def clear(self) -> None:
        before = list(self)
        super().clear()
        self._announce(before)

    def from_envvar(self, variable_name: str, silent: bool = False) -> bool:
        """Load the Python file that the environment variable *variable_name* points to.

        With *silent* a variable that is not set, or a file that is not there, returns False.
        """
        filename = os.environ.get(variable_name)
        if filename:
            return self.from_pyfile(filename, silent=silent)
        if silent:
            return False
        raise RuntimeError(
            f"The environment variable {variable_name!r} is not set and as such configuration"
            " could not be loaded. Set this variable and make it point to a configuration file"
        )

    def from_prefixed_env(
        self, prefix: str | None = None, *, loads: cabc.Callable[[str], t.Any] = json.loads
    ) -> bool:
        """Load the environment variables that begin with *prefix* and an underscore.

        Without a prefix those of ``FLASK`` are loaded, then those of ``ERLEN``, which win. A
        value that *loads* cannot read stays a string. Two underscores in a name lead into a
        dict: ``ERLEN_MAIL__PORT=25`` sets ``config["MAIL"]["PORT"]``, and makes the dict when
        there is none. Always returns True.
        """
        for each in ("FLASK", "ERLEN") if prefix is None else (prefix,):
            start = f"{each}_"
            for variable in sorted(os.environ):
                if variable.startswith(start):
                    self._set_from_env(variable, variable.removeprefix(start), loads)
        return True

    def _set_from_env(self, variable: str, path: str, loads: cabc.Callable[[str], t.Any]) -> None:
        value: t.Any = os.environ[variable]
        try:
            value = loads(value)
        except Exception:
            pass  # not in the format of *loads*: a plain string
        *parents, key = path.split("__")
        place: t.Any = self
        try:
            for parent in parents:
                if parent not in place:
                    place[parent] = {}
                place = place[parent]
            place[key] = value
        except TypeError:
            raise TypeError(
                f"The environment variable {variable!r} sets an item of"
                f" config[{']['.join(map(repr, parents))}], which has no items by name. Remove the"
                f" variable, or make {parents[0]!r} a dict."
            ) from None

    def from_pyfile(self, filename: str | os.PathLike[str], silent: bool = False) -> bool:
        """Run a Python file and load its names in capitals.

        With *silent* a file that is not there returns False.
        """
        found, source = self._read(filename, "rb", lambda file: file.read(), silent)
        if not found:
            return False
        module = types.ModuleType("config")
        module.__file__ = os.path.join(self.root_path, filename)
        exec(compile(t.cast(bytes, source), module.__file__, "exec"), module.__dict__)
        self.from_object(module)
        return True

    def from_object(self, obj: object | str) -> None:
        """Load the attributes in capitals of *obj*, or of what the import name *obj* names.

        An object is mostly a module or a class; a class with properties must be instantiated
        first, and a dict goes to :meth:`from_mapping`.
        """
        if isinstance(obj, str):
            from werkzeug.utils import import_string

            obj = import_string(obj)
        for key in dir(obj):
            if key.isupper():
                self[key] = getattr(obj, key)

    def from_file(
        self,
        filename: str | os.PathLike[str],
        load: cabc.Callable[[t.IO[t.Any]], cabc.Mapping[str, t.Any]],
        silent: bool = False,
        text: bool = True,
    ) -> bool:
        """Load the mapping that *load* makes of a file: ``json.load``, say.

        ``tomllib.load`` wants ``text=False``. With *silent* a file that is not there returns
        False.
        """
        found, mapping = self._read(filename, "r" if text else "rb", load, silent)
        return found and self.from_mapping(mapping)

    def _read(
        self,
        filename: str | os.PathLike[str],
        mode: str,
        load: cabc.Callable[[t.IO[t.Any]], T],
        silent: bool,
    ) -> tuple[bool, T | None]:
        try:
            with open(os.path.join(self.root_path, filename), mode) as file:
                return True, load(file)
        except OSError as exc:
            if silent and exc.errno in _NO_FILE:
                return False, None
            exc.strerror = f"Unable to load configuration file ({exc.strerror})"
            raise

    def from_mapping(
        self, mapping: cabc.Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> bool:
        """Load the items whose keys are in capitals; always returns True."""
        for key, value in dict(mapping or {}, **kwargs).items():
            if key.isupper():
                self[key] = value
        return True

    def get_namespace(
        self, namespace: str, lowercase: bool = True, trim_namespace: bool = True
    ) -> dict[str, t.Any]:
        """Return the options that begin with *namespace*, as keyword arguments for something.

        >>> config.get_namespace("IMAGE_STORE_")
        {'type': 'fs', 'path': '/var/app/images'}
        """
        found = {}
        for key, value in self.items():
            if key.startswith(namespace):
                name = key.removeprefix(namespace) if trim_namespace else key
                found[name.lower() if lowercase else name] = value
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {dict.__repr__(self)}>"
