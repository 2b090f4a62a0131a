"""Context locals of one's own."""

from __future__ import annotations

from contextvars import ContextVar
from typing import assert_type

from erlen.local import Local, LocalProxy, LocalStack

stack: LocalStack[int] = LocalStack()
assert_type(stack.top, int | None)
assert_type(stack.pop(), int | None)

number: ContextVar[int] = ContextVar("number")
proxy: LocalProxy[int] = LocalProxy(number)
assert_type(proxy._get_current_object(), int)

space = Local()
space.anything = 1
del space.anything
