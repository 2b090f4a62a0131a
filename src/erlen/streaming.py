"""Streams that keep the request they belong to.

A generator that yields the body runs after the view has returned, when the server asks for the
next chunk. :func:`stream_with_context` lends it the request: the context is made current around
each single step and is gone between steps, so two streams that one thread serves in turn never
see each other's request, and a client that goes away leaves nothing behind on the thread.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t
from functools import update_wrapper

from ._core import contexts

if t.TYPE_CHECKING:
    from .ctx import RequestContext

_Chunk = t.TypeVar("_Chunk")


@t.overload
def stream_with_context(
    generator_or_function: cabc.Iterable[_Chunk],
) -> cabc.Iterator[_Chunk]: ...


@t.overload
def stream_with_context(
    generator_or_function: cabc.Callable[..., cabc.Iterable[_Chunk]],
) -> cabc.Callable[..., cabc.Iterator[_Chunk]]: ...


def stream_with_context(generator_or_function: t.Any) -> t.Any:
    """Run an iterable, or what a decorated generator function returns, in the current request.

    The request's teardown functions run when the stream ends, fails or is closed. Raises
    ``RuntimeError`` outside of a request.
    """
    if not isinstance(generator_or_function, cabc.Iterable):

        def streaming(*args: t.Any, **kwargs: t.Any) -> cabc.Iterator[t.Any]:
            chunks: cabc.Iterable[t.Any] = generator_or_function(*args, **kwargs)
            return stream_with_context(chunks)

        return update_wrapper(streaming, generator_or_function)

    frame = contexts.current.get()
    if frame is None or frame[1] is None:
        raise RuntimeError(
            "'stream_with_context' can only be used when a request"
            " context is active, such as in a view function."
        )
    return _ContextStream(frame, frame[1], iter(generator_or_function))


class _ContextStream(cabc.Iterator[_Chunk]):
    """Iterates *chunks* with *frame* current during each step and holds *ctx* until the end."""

    def __init__(
        self, frame: contexts.Frame, ctx: RequestContext, chunks: cabc.Iterator[_Chunk]
    ) -> None:
        self._frame = frame
        self._ctx: RequestContext | None = ctx
        self._chunks = chunks
        ctx.hold(self)

    def __next__(self) -> _Chunk:
        if self._ctx is None:
            raise StopIteration
        outer = contexts.current.get()
        contexts.current.set(self._frame)
        try:
            return next(self._chunks)
        except BaseException as exc:
            self._finish(None if isinstance(exc, StopIteration) else exc)
            raise
        finally:
            contexts.current.set(outer)

    def close(self) -> None:
        """End the stream, early if it has not ended by itself."""
        if self._ctx is None:
            return
        outer = contexts.current.get()
        contexts.current.set(self._frame)
        try:
            self._finish(None)
        finally:
            contexts.current.set(outer)

    def _finish(self, exc: BaseException | None) -> None:
        """Close what was iterated, inside its context, then let the context go."""
        try:
            close = getattr(self._chunks, "close", None)
            if close is not None:
                close()
        finally:
            self._release(exc)

    def _release(self, exc: BaseException | None) -> None:
        ctx, self._ctx = self._ctx, None
        if ctx is None:
            return
        scope = self._frame[0]
        # The context may still be pushed for its request (the stream ended inside the view) or be
        # ours alone: a frame of its own makes one pop right for both.
        brought_app = scope is ctx or scope is ctx._app_ctx
        pushed = contexts.BOTH if brought_app else contexts.REQUEST
        contexts.current.set((scope, ctx, None, pushed))
        ctx.app._end_request(ctx, exc)

    def __del__(self) -> None:
        self.close()
