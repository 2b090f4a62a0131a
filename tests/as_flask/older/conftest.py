"""What the tests of older names share."""

from __future__ import annotations

import collections.abc as cabc
import textwrap

import pytest

from tests.as_flask.conftest import Python

_PRELUDE = """\
import erlen.as_flask
import contextlib, warnings

@contextlib.contextmanager
def warned(*names):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    told = [str(each.message) for each in caught]
    assert all(each.category is DeprecationWarning for each in caught), told
    assert {text.split("' is a ")[0][1:] for text in told} == set(names), told
    assert {each.filename for each in caught} <= {"<string>"}, caught

"""


@pytest.fixture
def code(run: Python) -> cabc.Callable[[str], str]:
    """Run these lines under `erlen.as_flask`; `with warned(name):` demands the warnings."""
    return lambda lines: run("-c", _PRELUDE + textwrap.dedent(lines))
