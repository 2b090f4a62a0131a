"""Names for the types of what applications hand to Erlen."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication as WSGIApplication
    from werkzeug.datastructures import Headers as Headers
    from werkzeug.sansio.response import Response as Response

    from .check import Finding as Finding

# Unions with a name in quotes are written with t.Union: `"Response" | str` is no expression.

# What a view returns

ResponseValue = t.Union[
    "Response",
    str,
    bytes,
    list[t.Any],
    t.Mapping[str, t.Any],  # only dict is accepted; a TypedDict is a Mapping to type checkers
    t.Iterator[str],
    t.Iterator[bytes],
    cabc.AsyncIterable[str],
    cabc.AsyncIterable[bytes],
]
HeaderValue = str | list[str] | tuple[str, ...]
HeadersValue = t.Union["Headers", t.Mapping[str, HeaderValue], t.Sequence[tuple[str, HeaderValue]]]
ResponseReturnValue = t.Union[
    ResponseValue,
    tuple[ResponseValue, HeadersValue],
    tuple[ResponseValue, int],
    tuple[ResponseValue, int, HeadersValue],
    "WSGIApplication",
]
RouteCallable = (
    t.Callable[..., ResponseReturnValue] | t.Callable[..., t.Awaitable[ResponseReturnValue]]
)

# What is called around a view. The bound is Werkzeug's class, so that a function annotated with
# erlen.Response and one annotated with a subclass of it both fit.

ResponseClass = t.TypeVar("ResponseClass", bound="Response")

AppOrBlueprintKey = str | None  # None is the application, a name one of its blueprints
BeforeFirstRequestCallable = t.Callable[[], None] | t.Callable[[], t.Awaitable[None]]
BeforeRequestCallable = (
    t.Callable[[], ResponseReturnValue | None]
    | t.Callable[[], t.Awaitable[ResponseReturnValue | None]]
)
AfterRequestCallable = (
    t.Callable[[ResponseClass], ResponseClass]
    | t.Callable[[ResponseClass], t.Awaitable[ResponseClass]]
)
TeardownCallable = (
    t.Callable[[BaseException | None], None] | t.Callable[[BaseException | None], t.Awaitable[None]]
)
# The argument is Any: with Exception, a handler for one class of errors would not fit, and a
# union would not fit a function decorated for two.
ErrorHandlerCallable = (
    t.Callable[[t.Any], ResponseReturnValue] | t.Callable[[t.Any], t.Awaitable[ResponseReturnValue]]
)
URLDefaultCallable = t.Callable[[str, dict[str, t.Any]], None]
URLValuePreprocessorCallable = t.Callable[[str | None, dict[str, t.Any] | None], None]

# What templates and the shell get

ShellContextProcessorCallable = t.Callable[[], dict[str, t.Any]]
TemplateContextProcessorCallable = (
    t.Callable[[], dict[str, t.Any]] | t.Callable[[], t.Awaitable[dict[str, t.Any]]]
)
TemplateFilterCallable = t.Callable[..., t.Any]
TemplateGlobalCallable = t.Callable[..., t.Any]
TemplateTestCallable = t.Callable[..., bool]

# What `erlen check` calls

CheckCallable = (
    t.Callable[[], cabc.Iterable["Finding"] | None]
    | t.Callable[[], t.Awaitable[cabc.Iterable["Finding"] | None]]
)
