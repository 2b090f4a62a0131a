"""The core signals, on blinker, and a namespace for an application's own.

A request asks nothing about signals: connecting the first receiver to a core signal makes the
compiled plans of every application stale, and the new plans send. See :mod:`erlen._core.plan`.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t
import weakref

from blinker import ANY, NamedSignal, Namespace

#: Applications to tell when somebody starts or stops to listen.
_audience: weakref.WeakSet[t.Any] = weakref.WeakSet()

F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])


class CoreSignal(NamedSignal):
    """A signal that applications send themselves; whether it is heard is part of their plans."""

    def connect(self, receiver: F, sender: t.Any = ANY, weak: bool = True) -> F:
        was_heard = bool(self.receivers)
        connected = super().connect(receiver, sender, weak)
        if not was_heard:
            self._tell_applications()
        return connected

    def disconnect(self, receiver: cabc.Callable[..., t.Any], sender: t.Any = ANY) -> None:
        super().disconnect(receiver, sender)
        if not self.receivers:
            self._tell_applications()

    @staticmethod
    def _tell_applications() -> None:
        for app in list(_audience):
            app._plans_are_stale()


class _CoreNamespace(Namespace):
    """Where the core signals live. Asked for an unknown name, it makes an ordinary signal (1.x)."""

    def core(self, name: str, doc: str) -> CoreSignal:
        signal = CoreSignal(name, doc)
        self[name] = signal
        return signal


#: Kept under this name for code of the 1.x age: ``_signals.signal("x")``.
_signals = _CoreNamespace()

template_rendered = _signals.core(
    "template-rendered", "After a template was rendered: ``template``, ``context``."
)
before_render_template = _signals.core(
    "before-render-template", "Before a template is rendered: ``template``, ``context``."
)
request_started = _signals.core(
    "request-started", "With the contexts pushed, before any function of the request runs."
)
request_finished = _signals.core(
    "request-finished", "Right before the response is sent: ``response``."
)
request_tearing_down = _signals.core(
    "request-tearing-down", "When the request context is popped: ``exc`` or None."
)
got_request_exception = _signals.core(
    "got-request-exception", "When an exception nobody handled becomes a 500: ``exception``."
)
appcontext_tearing_down = _signals.core(
    "appcontext-tearing-down", "When the application context is popped: ``exc`` or None."
)
appcontext_pushed = _signals.core("appcontext-pushed", "After an application context was pushed.")
appcontext_popped = _signals.core("appcontext-popped", "After an application context was popped.")
message_flashed = _signals.core(
    "message-flashed", "When a message is flashed: ``message``, ``category``."
)

__all__ = [
    "Namespace",
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "before_render_template",
    "got_request_exception",
    "message_flashed",
    "request_finished",
    "request_started",
    "request_tearing_down",
    "template_rendered",
]
