from __future__ import annotations

import builtins
import os
import pathlib
import time

import pytest

from erlen.assets.fingerprints import Fingerprints, Stamp, digest_of, stamp_of


@pytest.fixture
def file(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "file"
    path.write_text("one")
    return path


def test_a_file_has_the_digest_of_its_content(file: pathlib.Path) -> None:
    assert Fingerprints().of(str(file)) == digest_of(b"one")
    assert len(digest_of(b"")) == 16


def test_a_digest_is_computed_once(file: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stamp, "is_settled", lambda stamp: True)
    known = Fingerprints()
    first = known.of(str(file))
    monkeypatch.setattr(builtins, "open", None)
    assert known.of(str(file)) == first


def test_a_change_that_keeps_size_and_time_is_seen(
    file: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stamp, "is_settled", lambda stamp: True)
    known = Fingerprints()
    known.of(str(file))
    before = file.stat()
    time.sleep(0.02)
    file.write_text("two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert known.of(str(file)) == digest_of(b"two")


def test_a_file_that_has_just_changed_is_looked_at_again(file: pathlib.Path) -> None:
    known = Fingerprints()
    for content in ("two", "six", "ten"):
        file.write_text(content)
        assert known.of(str(file)) == digest_of(content.encode())


@pytest.mark.parametrize("name", ["missing", ".", "nul\0byte", "link"])
def test_what_is_no_regular_file_has_none(file: pathlib.Path, name: str) -> None:
    (file.parent / "link").symlink_to(file)
    path = os.path.join(file.parent, name)
    assert stamp_of(path) is None
    assert Fingerprints().of(path) is None
    assert Fingerprints().of(None) is None


def test_a_file_that_goes_or_changes_meanwhile_has_none(file: pathlib.Path) -> None:
    seen = stamp_of(str(file))
    file.write_text("another length")
    assert Fingerprints().of(str(file), seen) is None
    file.unlink()
    assert Fingerprints().of(str(file), seen) is None
