"""For every test of the project, those of the examples included."""

from __future__ import annotations

import collections.abc as cabc

import pytest

from erlen.globals import _app_ctx_stack, _request_ctx_stack

pytest_plugins = ["tests.services"]


@pytest.fixture(autouse=True)
def leak_detector() -> cabc.Iterator[None]:
    """Fail a test that leaves a context pushed, and pop it, so that the next one is not hit."""
    yield
    left = []
    for stack in (_request_ctx_stack, _app_ctx_stack):
        while stack.top is not None:
            left.append(stack.pop())
    assert left == []
