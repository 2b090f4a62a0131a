from __future__ import annotations

import importlib.metadata
import pathlib
import typing as t

import pytest

from erlen.deps import Finding, find_sources, read_imports, resolve

from .conftest import Write


def findings(write: Write, files: dict[str, str]) -> dict[str, Finding]:
    write(files)
    root = pathlib.Path(".")
    sources = find_sources(root)
    imports = [found for path in sources for found in read_imports(path).imports]
    return {finding.name: finding for finding in resolve(imports, sources, root)}


def names(write: Write, files: dict[str, str]) -> list[str]:
    return list(findings(write, files))


def test_installed_ones_have_their_version(write: Write) -> None:
    found = findings(write, {"app.py": "import dotenv, os, sys\nfrom yaml import load"})
    assert {name: finding.version for name, finding in found.items()} == {
        name: importlib.metadata.version(name) for name in ("python-dotenv", "PyYAML")
    }
    assert all(finding.known for finding in found.values())


@pytest.mark.parametrize(
    "module,name",
    [
        ("yaml", "PyYAML"),
        ("cv2", "opencv-python"),
        ("bs4", "beautifulsoup4"),
        ("PIL", "Pillow"),
        ("MySQLdb", "mysqlclient"),
        ("dateutil", "python-dateutil"),
        ("sklearn.svm", "scikit-learn"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("some_thing.else", "some-thing"),
    ],
)
def test_names_that_differ_where_nothing_is_installed(
    write: Write, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    def distribution(name: str) -> t.NoReturn:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "packages_distributions", dict)
    monkeypatch.setattr(importlib.metadata, "distribution", distribution)
    (finding,) = findings(write, {"app.py": f"import_module({module!r})"}).values()
    assert (finding.name, finding.version) == (name, None)
    assert finding.known is (name != "some-thing")


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "import helpers", "helpers.py": ""},
        {"shop/views.py": "import yaml.views", "shop/__init__.py": "", "yaml/views.py": ""},
        {"src/shop/__init__.py": "", "tests/test_shop.py": "import shop"},
        {"scripts/run.py": "import yaml", "scripts/yaml.py": ""},
        {"a/b/pkg/__init__.py": "", "a/b/pkg/x.py": "from pkg import y"},
        {"app.py": "import lib.some.where", "lib/some/other.py": ""},
    ],
)
def test_the_projects_own_modules_are_left_out(write: Write, files: dict[str, str]) -> None:
    assert names(write, files) == []


def test_the_neighbours_of_a_single_file_are_the_projects_own(write: Write) -> None:
    write({"app.py": "import shop.models, tables, yaml", "shop/__init__.py": "", "tables.py": ""})
    root = pathlib.Path("app.py")
    found = resolve(read_imports(root).imports, [root], root)
    assert [finding.name for finding in found] == ["PyYAML"]


def test_the_neighbours_of_a_single_file_in_a_package_hide_no_distribution(write: Write) -> None:
    write({"shop/__init__.py": "", "shop/yaml.py": "", "shop/views.py": "import yaml, shop.yaml"})
    root = pathlib.Path("shop/views.py")
    found = resolve(read_imports(root).imports, [root], root)
    assert [finding.name for finding in found] == ["PyYAML"]


def test_a_file_within_a_package_hides_no_distribution(write: Write) -> None:
    files = {"shop/__init__.py": "", "shop/yaml.py": "", "shop/views.py": "import yaml"}
    assert names(write, files) == ["PyYAML"]


def test_what_may_fail_counts_if_it_is_installed(write: Write) -> None:
    source = "try:\n    import {}\nexcept ImportError:\n    pass"
    files = {"a.py": source.format("yaml"), "b.py": source.format("no_such_thing")}
    assert names(write, files) == ["PyYAML"]


def test_one_that_is_installed_from_its_source(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "packages_distributions", dict)
    assert names(write, {"app.py": "import pytest"}) == ["pytest"]


@pytest.mark.parametrize(
    "source,extras",
    [
        ("from erlen import Erlen", set()),
        ("from erlen.db import SQLAlchemy", {"db"}),
        ("from erlen import db", {"db"}),
        ("import erlen.forms.csrf, erlen.migrate", {"forms", "migrate"}),
        ("from erlen.sessions import Session\nSESSION_TYPE = 'redis'", {"sessions", "redis"}),
        ("import erlen\nSESSION_TYPE = 'filesystem'", {"sessions"}),
    ],
)
def test_extras_of_erlen(write: Write, source: str, extras: set[str]) -> None:
    assert findings(write, {"app.py": source})["erlen"].extras == extras


def test_the_kind_of_sessions_means_nothing_without_erlen(write: Write) -> None:
    assert names(write, {"app.py": "import flask_session\nSESSION_TYPE = 'redis'"}) == [
        "Flask-Session"
    ]


class Packages:
    """Distributions that share the package ``google``."""

    FILES = {
        "google-auth": ["google/auth/__init__.py", "google/auth/jwt.py"],
        "google-cloud-storage": ["google/cloud/storage/__init__.py"],
        "protobuf": ["google/protobuf/message.py"],
        "google": None,
    }

    def packages_distributions(self) -> dict[str, list[str]]:
        return {"google": [*self.FILES, "protobuf"]}

    def files(self, name: str) -> list[pathlib.PurePosixPath] | None:
        files = self.FILES[name]
        return None if files is None else [pathlib.PurePosixPath(file) for file in files]


@pytest.mark.parametrize(
    "source,expected",
    [
        ("from google.cloud import storage", ["google-cloud-storage"]),
        ("from google.cloud.storage import Client", ["google-cloud-storage"]),
        ("import google.protobuf.message", ["protobuf"]),
        ("from google.auth import jwt", ["google-auth"]),
        ("import google", ["google"]),
    ],
)
def test_a_package_that_several_distributions_share(
    write: Write, monkeypatch: pytest.MonkeyPatch, source: str, expected: list[str]
) -> None:
    packages = Packages()
    for name in ("packages_distributions", "files"):
        monkeypatch.setattr(importlib.metadata, name, getattr(packages, name))
    assert names(write, {"app.py": source}) == expected
