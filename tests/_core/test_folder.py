from __future__ import annotations

import pathlib

import pytest

from erlen._core.folder import find_file


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "public"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "site.css").write_text("body {}")
    (folder / "über uns.txt").write_text("hello")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "public-too").mkdir()
    (tmp_path / "public-too" / "near.txt").write_text("near")
    return folder


@pytest.mark.parametrize("path", ["css/site.css", "css//site.css", "css/../css/site.css"])
def test_a_file_inside_is_found_with_its_status(folder: pathlib.Path, path: str) -> None:
    found = find_file(str(folder), path)
    assert found is not None
    assert pathlib.Path(found[0]) == folder / "css" / "site.css"
    assert found[1].st_size == 7


def test_a_name_of_any_characters_is_found(folder: pathlib.Path) -> None:
    assert find_file(str(folder), "über uns.txt") is not None


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "css",
        "missing.css",
        "../secret.txt",
        "css/../../secret.txt",
        "../public-too/near.txt",
        "/etc/passwd",
        "//etc/passwd",
        "css/site.css\0",
        "\udcff.css",
        "x" * 5000,
        "/".join(["x"] * 5000),
    ],
)
def test_whatever_is_no_file_inside_gives_nothing(folder: pathlib.Path, path: str) -> None:
    assert find_file(str(folder), path) is None


@pytest.mark.parametrize("name", ["nul", "CON", "aux.css", "com1", "LPT¹.txt", "con ", "prn:x"])
def test_device_names_are_refused_in_every_segment(folder: pathlib.Path, name: str) -> None:
    (folder / name).mkdir()
    (folder / name / "a.txt").write_text("a")
    (folder / "css" / name).write_text("a")
    assert find_file(str(folder), f"{name}/a.txt") is None
    assert find_file(str(folder), f"css/{name}") is None


@pytest.mark.parametrize("name", ["console.js", "auxiliary.css", "com10.txt", "my.con", "falcon"])
def test_names_that_only_resemble_devices_are_files(folder: pathlib.Path, name: str) -> None:
    (folder / name).write_text("a")
    assert find_file(str(folder), name) is not None


def test_a_link_out_of_the_folder_is_refused_unless_asked_for(folder: pathlib.Path) -> None:
    (folder / "leak.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "leaks").symlink_to(folder.parent / "public-too")
    for path in ("leak.txt", "leaks/near.txt"):
        assert find_file(str(folder), path) is None
        assert find_file(str(folder), path, follow_links=True) is not None


def test_links_within_the_folder_and_to_the_folder_are_followed(folder: pathlib.Path) -> None:
    (folder / "styles").symlink_to("css")
    (folder / "latest.css").symlink_to("css/site.css")
    current = folder.parent / "current"
    current.symlink_to(folder)
    for root in (folder, current):
        for path in ("styles/site.css", "latest.css", "css/site.css"):
            assert find_file(str(root), path) is not None


def test_links_in_a_circle_or_to_nothing_give_nothing(folder: pathlib.Path) -> None:
    (folder / "round").symlink_to("round")
    (folder / "gone").symlink_to("missing")
    assert find_file(str(folder), "round") is None
    assert find_file(str(folder), "gone") is None


def test_a_pipe_is_not_opened(folder: pathlib.Path) -> None:
    import os

    os.mkfifo(folder / "pipe")
    assert find_file(str(folder), "pipe") is None


@pytest.mark.parametrize("path", ["new.txt", f"{'x' * 250}.txt", f"{'y/' * 130}x"])
def test_a_path_is_looked_up_each_time(folder: pathlib.Path, path: str) -> None:
    file = folder / path
    assert find_file(str(folder), path) is None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a")
    assert find_file(str(folder), path) == (str(file), file.stat())
    file.unlink()
    file.symlink_to(folder.parent / "secret.txt")
    assert find_file(str(folder), path) is None


def test_one_path_in_two_folders_is_two_files(folder: pathlib.Path) -> None:
    (folder / "near.txt").write_text("here")
    for place in (folder, folder.parent / "public-too"):
        found = find_file(str(place), "near.txt")
        assert found is not None
        assert found[0] == str(place / "near.txt")
