"""Requests that hypothesis draws: it looks for shapes, not for bulk, and makes them small."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wsgi import make_environ

from . import pieces
from .application import VARIANTS
from .checking import is_only_slow, run
from .drawing import Case
from .inputs import Dribbling
from .running import Fuzzer

#: What a server makes of bytes.
texts = st.text(st.characters(max_codepoint=255), max_size=30)
near = st.sampled_from(pieces.NASTY)


def next_to(values: t.Sequence[str]) -> st.SearchStrategy[str]:
    """Draw one of *values*, or what becomes of it when something is put into it."""
    put = st.builds(
        lambda value, at, bit: value[: at % (len(value) + 1)] + bit + value[at:],
        st.sampled_from(values),
        st.integers(0, 40),
        near | texts,
    )
    return st.sampled_from(values) | put


headers = st.dictionaries(st.sampled_from(sorted(pieces.HEADERS)), st.none(), max_size=3).flatmap(
    lambda chosen: st.fixed_dictionaries({name: next_to(pieces.HEADERS[name]) for name in chosen})
)
part = st.tuples(st.sampled_from(pieces.PART_HEADS), st.sampled_from(pieces.CONTENTS))
bodies: st.SearchStrategy[tuple[str, bytes]] = st.one_of(
    st.tuples(next_to(pieces.CONTENT_TYPES), st.binary(max_size=50)),
    st.tuples(st.just("application/json"), st.sampled_from(pieces.JSONS)),
    st.tuples(st.just(pieces.CONTENT_TYPES[0]), st.sampled_from(pieces.FORMS)),
    st.lists(part, max_size=3).map(
        lambda parts: (
            "multipart/form-data; boundary=b",
            b"".join(b"--b\r\n%b\r\n\r\n%b\r\n" % each for each in parts) + b"--b--",
        )
    ),
)


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Fuzzer:
    folder: pathlib.Path = tmp_path_factory.mktemp("fuzz")
    return Fuzzer(folder)


@pytest.mark.filterwarnings("ignore:Current server name")
@given(
    variant=st.sampled_from(sorted(VARIANTS)),
    path=next_to(pieces.PATHS),
    method=st.sampled_from(pieces.METHODS) | texts,
    query=next_to(pieces.QUERIES),
    host=next_to(pieces.HOSTS),
    more=headers,
    body=bodies,
    step=st.integers(1, 60),
    is_terminated=st.booleans(),
)
@settings(max_examples=1500)
def test_every_shape_of_request_is_answered(
    fuzzer: Fuzzer,
    variant: str,
    path: str,
    method: str,
    query: str,
    host: str,
    more: dict[str, str],
    body: tuple[str, bytes],
    step: int,
    is_terminated: bool,
) -> None:
    kind, data = body

    def look() -> list[str]:
        environ = make_environ(path, method, QUERY_STRING=query, HTTP_HOST=host, CONTENT_TYPE=kind)
        environ |= {**more, "CONTENT_LENGTH": str(len(data)), "wsgi.input": Dribbling(data, step)}
        if is_terminated:
            environ["wsgi.input_terminated"] = True
        case = Case(variant, environ, data, conforms=True, readable=True, takes=None)
        return run(fuzzer.apps[variant], case).faults

    faults = look()
    for _ in range(2):
        if is_only_slow(faults):
            faults = look()
    assert faults == []
