"""For every test of the project, those of the examples included."""

from __future__ import annotations

import collections.abc as cabc
import os

import pytest
from hypothesis import HealthCheck, settings

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


# No example is refused for its time: the machine may be busy. Continuous integration draws the
# same examples each time, so that a change fails for what it changed; elsewhere they are new.
settings.register_profile(
    "erlen",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("erlen")
