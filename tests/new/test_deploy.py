"""What lies in `deploy/`, read by the programs that it is for."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml  # type: ignore[import-untyped]

SBIN = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))


def nginx(folder: pathlib.Path, site: str) -> subprocess.CompletedProcess[str]:
    """Let nginx read a site, as a part of the least configuration around it."""
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; include {folder}/site.conf; }}\n"
    )
    command = ["nginx", "-t", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return subprocess.run(command, env={**os.environ, "PATH": SBIN}, capture_output=True, text=True)


def make_certificate(folder: pathlib.Path) -> None:
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -keyout key.pem"
    command = f"openssl req -x509 {key} -days 1 -subj /CN=x -out cert.pem"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


@pytest.mark.service("nginx")
def test_nginx_takes_the_site(project: pathlib.Path, tmp_path: pathlib.Path) -> None:
    make_certificate(tmp_path)
    site = (project / "deploy/nginx.conf").read_text()
    site = site.replace("/etc/ssl/certs/book-shop.pem", f"{tmp_path}/cert.pem")
    site = site.replace("/etc/ssl/private/book-shop.key", f"{tmp_path}/key.pem")
    result = nginx(tmp_path, site)
    assert result.returncode == 0, result.stderr
    assert "warn" not in result.stderr


@pytest.mark.service("nginx")
def test_nginx_takes_the_site_of_the_containers(
    project: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    site = (project / "deploy/nginx.compose.conf").read_text()
    result = nginx(tmp_path, site.replace("http://app:", "http://127.0.0.1:"))
    assert result.returncode == 0, result.stderr


def test_the_unit_is_one_that_systemd_understands(
    project: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    unit = (project / "deploy/book_shop.service").read_text()
    assert "/srv/book_shop/.venv/bin/erlen serve" in unit
    if shutil.which("systemd-analyze") is None:  # nothing but Linux with systemd has it
        return
    # systemd looks for the program, the user and the folder.
    unit = re.sub(r"/srv/book_shop/.venv/bin/erlen", "/bin/true", unit)
    (tmp_path / "book_shop.service").write_text(unit)
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "book_shop.service")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert "book_shop.service" not in result.stderr, result.stderr


def test_the_containers_wait_for_what_they_need(project: pathlib.Path) -> None:
    text = (project / "deploy/compose.yaml").read_text()
    services = yaml.safe_load(text)["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
    assert services["app"]["image"] == services["migrate"]["image"] == "book-shop"
    variables = services["app"]["environment"]
    assert variables["DATABASE_URL"].startswith("postgresql://book_shop:${POSTGRES_PASSWORD")
    for path in ("deploy/Dockerfile", "deploy/nginx.compose.conf"):
        assert (project / path).exists()


def test_the_dockerfile_copies_what_there_is(project: pathlib.Path) -> None:
    text = (project / "deploy/Dockerfile").read_text()
    for names in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        for name in names.split():
            assert (project / name).exists(), name
