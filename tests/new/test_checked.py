"""What Erlen's own checks say about a generated project: nothing."""

from __future__ import annotations

import pathlib
import re
import secrets
import subprocess
import sys

from tests.processes import clean_environment


def erlen(project: pathlib.Path, *args: str, **environ: str) -> str:
    command = [sys.executable, "-m", "erlen", *args]
    environment = clean_environment(**environ)
    result = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_check_finds_nothing(project: pathlib.Path) -> None:
    erlen(project, "db", "upgrade")
    assert "Nothing was found." in erlen(project, "check")


def test_the_check_of_production_finds_nothing(project: pathlib.Path) -> None:
    environ = {
        "APP_ENVIRONMENT": "production",
        "APP_TRUSTED_HOSTS": '["book-shop.example"]',
        "SECRET_KEY": secrets.token_hex(),
    }
    erlen(project, "db", "upgrade", **environ)
    assert "Nothing was found." in erlen(project, "check", "--deploy", **environ)


def test_whatever_it_imports_is_among_its_dependencies(project: pathlib.Path) -> None:
    imported = re.findall(r"^[\w.-]+", erlen(project, "deps", "--print"), re.M)
    named = re.findall(r'"([\w-]+)', (project / "pyproject.toml").read_text())
    assert {"erlen", "sqlalchemy"} <= {name.lower() for name in imported} <= set(named)
