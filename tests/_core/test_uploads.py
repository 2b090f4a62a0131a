from __future__ import annotations

import io
import tempfile
import typing as t

import pytest
from werkzeug.datastructures import FileStorage

from erlen._core import uploads
from erlen._core.construct import new_headers
from erlen._core.uploads import MOST_IN_MEMORY, Upload, base_name


@pytest.mark.parametrize(
    "filename, expected",
    [
        ("a.txt", "a.txt"),
        ("/etc/passwd", "passwd"),
        ("../../a.txt", "a.txt"),
        ("C:\\fakepath\\a.txt", "a.txt"),
        ("folder/..", ""),
        (".", ""),
        ("folder/", ""),
        ("", ""),
        ("...", "..."),
    ],
)
def test_a_filename_has_no_folder(filename: str, expected: str) -> None:
    assert base_name(filename) == expected


@pytest.mark.parametrize("size", [0, 1, MOST_IN_MEMORY, MOST_IN_MEMORY + 1])
def test_a_file_is_werkzeugs_kind_whatever_its_size(size: int) -> None:
    with uploads.keep(b"x" * size) as file:
        assert isinstance(file, tempfile.SpooledTemporaryFile)
        assert file.read() == b"x" * size
        assert file.seek(0) == 0
        assert file.fileno() > 0
        assert file.read() == b"x" * size


def test_a_file_in_memory_moves_to_a_disk_when_it_grows() -> None:
    with uploads.keep(b"x" * 10) as file:
        kept: t.Any = file
        assert (kept.name, kept.mode) == (None, "rb+")
        kept.seek(8)
        kept.write(b"y" * MOST_IN_MEMORY)
        assert isinstance(kept.name, int)
        kept.rollover()
        kept.seek(0)
        assert kept.read() == b"x" * 8 + b"y" * MOST_IN_MEMORY
        assert kept.truncate(MOST_IN_MEMORY * 2) == MOST_IN_MEMORY * 2


def test_a_file_is_stored_as_by_werkzeugs_constructor() -> None:
    stream = io.BytesIO()
    pairs = [("Content-Type", "image/png")]
    stored = uploads.storage(stream, "a.png", "file", pairs)
    expected = FileStorage(stream, "a.png", "file", headers=new_headers(pairs))
    assert type(stored) is FileStorage
    assert vars(stored) == vars(expected)
    assert (stored.mimetype, stored.content_length) == ("image/png", 0)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_pieces_become_one_file(count: int) -> None:
    upload = Upload()
    for _ in range(count):
        upload.write(b"x" * MOST_IN_MEMORY)
    with upload.finish() as file:
        assert file.read() == b"x" * MOST_IN_MEMORY * count


def test_a_given_stream_is_written_and_rewound() -> None:
    stream = io.BytesIO()
    upload = Upload(stream)
    upload.write(b"ab")
    upload.write(b"c")
    assert upload.finish() is stream
    assert stream.read() == b"abc"
    upload.close()
    assert stream.closed
