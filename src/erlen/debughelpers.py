"""Errors and log messages that explain to a developer, in debug mode, what went wrong."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from ._core.contexts import current

if t.TYPE_CHECKING:
    from jinja2 import BaseLoader

    from .app import Erlen
    from .jinja import Source
    from .scaffold import Scaffold
    from .wrappers import Request


class UnexpectedUnicodeError(AssertionError, UnicodeError):
    """Text where bytes belong, or bytes where text belongs."""


class DebugFilesKeyError(KeyError, AssertionError):
    """A file was asked for that the form sent as a field, as its ``enctype`` is missing."""

    def __init__(self, request: Request, key: str) -> None:
        super().__init__(key)
        self.msg = (
            f"You tried to access the file {key!r} in the request.files dictionary but it does"
            f" not exist. The mimetype for the request is {request.mimetype!r} instead of"
            " 'multipart/form-data' which means that no file contents were transmitted. To fix"
            ' this error you should provide enctype="multipart/form-data" in your form.'
        )
        sent = request.form.getlist(key)
        if sent:
            names = ", ".join(map(repr, sent))
            self.msg += (
                f"\n\nThe browser instead transmitted some file names. This was submitted: {names}"
            )

    def __str__(self) -> str:
        return self.msg


class FormDataRoutingRedirect(AssertionError):
    """Routing answers with a redirect that makes browsers drop the form.

    Raised in debug mode for methods other than GET, HEAD and OPTIONS, and status codes other
    than 307 and 308.
    """

    def __init__(self, request: Request) -> None:
        new_url: str = getattr(request.routing_exception, "new_url", "")
        message = (
            f"A request was sent to '{request.url}', but routing issued a redirect to the"
            f" canonical URL '{new_url}'."
        )
        if new_url.partition("?")[0] == f"{request.base_url}/":
            message += (
                " The URL was defined with a trailing slash. Erlen will redirect to the URL"
                " with a trailing slash if it was accessed without one."
            )
        super().__init__(
            f"{message} Send requests to the canonical URL, or use 307 or 308 for routing"
            " redirects. Otherwise, browsers will drop form data.\n\n"
            "This exception is only raised in debug mode."
        )


def attach_enctype_error_multidict(request: Request) -> None:
    """Make ``request.files[key]`` raise :exc:`DebugFilesKeyError` for a name the form has."""
    files_class: t.Any = type(request.files)

    def get_file(self: t.Any, key: str) -> t.Any:
        try:
            return files_class.__getitem__(self, key)
        except KeyError as exc:
            if key not in request.form:
                raise
            raise DebugFilesKeyError(request, key).with_traceback(exc.__traceback__) from None

    # A class of its own for this one dict: the check is looked up on the class, not on the dict.
    explaining = type(files_class.__name__, (files_class,), {"__getitem__": get_file})
    explaining.__module__ = files_class.__module__
    request.files.__class__ = explaining


def _dump_loader_info(loader: BaseLoader) -> cabc.Iterator[str]:
    """Describe a loader: its class, then its public attributes that are plain values."""
    yield f"class: {type(loader).__module__}.{type(loader).__name__}"
    for key, value in sorted(vars(loader).items()):
        if key.startswith("_"):
            continue
        if isinstance(value, str | int | float):
            yield f"{key}: {value!r}"
        elif isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
            yield f"{key}:"
            yield from (f"  - {item}" for item in value)


def explain_template_loading_attempts(
    app: Erlen, template: str, attempts: list[tuple[BaseLoader, Scaffold, Source | None]]
) -> None:
    """Log where a template was looked for, and what looks wrong about the outcome."""
    lines = [f"Locating template {template!r}:"]
    for number, (loader, owner, source) in enumerate(attempts, 1):
        lines.append(f"{number:5}: trying loader of {_describe_owner(owner)}")
        lines.extend(f"       {line}" for line in _dump_loader_info(loader))
        outcome = "no match" if source is None else f"found ({source[1] or '<string>'!r})"
        lines.append(f"       -> {outcome}")

    found = sum(source is not None for _, _, source in attempts)
    if found != 1:
        lines.extend(_explain_outcome(found))
    app.logger.info("\n".join(lines))


def _describe_owner(owner: Scaffold) -> str:
    # Known by what they offer, so that explaining does not import them.
    if hasattr(owner, "iter_blueprints"):
        return f"application {owner.import_name!r}"
    return f"blueprint {owner.name!r} ({owner.import_name})"


def _explain_outcome(found: int) -> cabc.Iterator[str]:
    if found:
        yield "Warning: multiple loaders returned a match for the template."
    else:
        yield "Error: the template could not be found."

    frame = current.get()
    blueprint = None if frame is None or frame[1] is None else frame[1].request.blueprint
    if blueprint is not None:
        yield (
            "  The template was looked up from an endpoint that belongs"
            f" to the blueprint {blueprint!r}."
        )
        yield "  Maybe you did not place a template in the right folder?"
        yield "  See https://flask.palletsprojects.com/blueprints/#templates"
