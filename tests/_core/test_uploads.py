from __future__ import annotations

import io
import tempfile

import pytest

from erlen._core import uploads
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
