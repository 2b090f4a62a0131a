"""Which application and request are current: one context variable, one linked list of frames.

Flask keeps two context variables, one for each kind of context, and pays for both on every
request. Here one variable holds the top *frame*, an immutable tuple that names the current pair:

    (scope, request_ctx, below, pushed)

``scope`` answers for the application (an ``AppContext``, or the ``RequestContext`` itself, which
makes an application context only when somebody asks for it), ``request_ctx`` is the current
request context or None, ``below`` is the frame underneath, and ``pushed`` tells what this frame
added. A request costs one ``set`` at its start and one at its end, and a frame that is set again
later (around a step of a stream, in a copied context) needs nothing undone.

Pushing and popping the two kinds in any order stays possible, as with two separate stacks: when
what is popped does not lie on top, the frames above it are laid anew over what was below it.
"""

from __future__ import annotations

import typing as t
from contextvars import ContextVar

APP = 1
REQUEST = 2
#: A request that brought its application context with it.
BOTH = 3

if t.TYPE_CHECKING:
    from ..ctx import AppContext, RequestContext

    Scope: t.TypeAlias = AppContext | RequestContext
    Frame: t.TypeAlias = tuple[Scope, RequestContext | None, t.Any, int]

current: ContextVar[Frame | None] = ContextVar("erlen.contexts", default=None)


def push_app(ctx: AppContext) -> None:
    below = current.get()
    current.set((ctx, below[1] if below is not None else None, below, APP))


def push_request(ctx: RequestContext) -> None:
    """Make *ctx* current; it brings an application context when none of its app is on top."""
    below = current.get()
    if below is None or below[0].app is not ctx.app:
        current.set((ctx, ctx, below, BOTH))
    else:
        current.set((below[0], ctx, below, REQUEST))


def _above(kind: int) -> tuple[list[Frame], Frame]:
    """Return the frames over the topmost one that pushed *kind*, and that one."""
    above: list[Frame] = []
    frame = current.get()
    while frame is not None and not frame[3] & kind:
        above.append(frame)
        frame = frame[2]
    if frame is None:
        raise LookupError("There is no such context to pop.")
    return above, frame


def _lay_over(above: list[Frame], base: Frame | None) -> None:
    for frame in reversed(above):
        if frame[3] & APP:
            base = (frame[0], base[1] if base is not None else None, base, APP)
        else:
            scope = base[0] if base is not None else t.cast("RequestContext", frame[1])
            base = (scope, frame[1], base, REQUEST)
    current.set(base)


def pop_app() -> Scope:
    """Take the topmost application context away and return it."""
    above, frame = _above(APP)
    scope, request_ctx, below, pushed = frame
    if pushed == BOTH:  # the request stays, its application context goes
        under = below[0] if below is not None else scope
        below = (under, request_ctx, below, REQUEST)
    _lay_over(above, below)
    return scope


def pop_request() -> tuple[RequestContext, bool]:
    """Take the topmost request context away; tell whether its application context remains."""
    above, frame = _above(REQUEST)
    scope, request_ctx, below, pushed = frame
    if not above and pushed == REQUEST:
        current.set(below)
        return t.cast("RequestContext", request_ctx), False
    brought_app = pushed == BOTH
    if brought_app:
        outer = below[1] if below is not None else None
        below = (scope, outer, below, APP)
    _lay_over(above, below)
    return t.cast("RequestContext", request_ctx), brought_app
