from __future__ import annotations

import gzip
import json
import os
import pathlib
import tomllib

import brotli
import pytest

from erlen import Erlen
from erlen.assets import build, clean
from erlen.assets.command import assets
from erlen.assets.fingerprints import digest_of
from erlen.assets.manifest import Manifest, load

from .conftest import CSS, write

ROOT = pathlib.Path(__file__).parents[2]
COPY = f"css/site.{digest_of(CSS.encode())}.css"


def names(folder: pathlib.Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_build_writes_copies_compressed_files_and_a_manifest(static: pathlib.Path) -> None:
    png = f"logo.{digest_of((static / 'logo.png').read_bytes())}.png"
    build(str(static))
    packed = {f"{name}{end}" for name in ("css/site.css", COPY) for end in (".br", ".gz")}
    assert names(static) == {"css/site.css", "logo.png", "assets-manifest.json", COPY, png, *packed}
    assert (static / COPY).read_text() == CSS
    assert gzip.decompress((static / f"{COPY}.gz").read_bytes()) == CSS.encode()
    assert brotli.decompress((static / "css/site.css.br").read_bytes()) == CSS.encode()
    content = json.loads((static / "assets-manifest.json").read_text())
    assert content["files"]["css/site.css"]["name"] == COPY


def test_building_again_changes_nothing(static: pathlib.Path) -> None:
    build(str(static))
    before = {name: (static / name).stat().st_mtime_ns for name in names(static)}
    build(str(static))
    after = {name: (static / name).stat().st_mtime_ns for name in names(static)}
    assert set(after) == set(before)
    del before["assets-manifest.json"], after["assets-manifest.json"]
    assert after == before


def test_what_changed_is_built_anew_and_the_old_goes_unless_it_is_kept(
    static: pathlib.Path,
) -> None:
    build(str(static))
    write(static / "css/site.css", "/* changed */" * 40)
    build(str(static), keep=True)
    assert (static / COPY).exists()
    build(str(static))
    assert not (static / COPY).exists()
    assert not (static / f"{COPY}.br").exists()
    (static / "css/site.css").unlink()
    build(str(static))
    assert names(static) >= {"logo.png"}
    assert not {name for name in names(static) if "site" in name}


def test_brotli_can_be_left_out(static: pathlib.Path) -> None:
    build(str(static), brotli=False)
    assert not list(static.rglob("*.br"))
    assert load(str(static)).files["css/site.css"].compressed.keys() == {"gzip"}


def test_what_gets_no_smaller_is_not_compressed(static: pathlib.Path) -> None:
    write(static / "noise.js", os.urandom(4096))
    write(static / "short.js", "x")
    made = build(str(static))
    assert made.files["noise.js"].compressed == {}
    assert made.files["short.js"].compressed == {}


def test_files_of_others_hidden_ones_and_links_are_left_alone(static: pathlib.Path) -> None:
    write(static / "css/site.css.gz", "a download of that name")
    write(static / ".hidden/x.css", CSS)
    (static / "link.css").symlink_to(static / "css/site.css")
    made = build(str(static))
    assert (static / "css/site.css.gz").read_text() == "a download of that name"
    assert made.files["css/site.css"].compressed.keys() == {"br"}
    assert {"link.css", ".hidden/x.css", "css/site.css.gz"}.isdisjoint(made.files)


def test_clean_takes_away_what_builds_wrote(static: pathlib.Path) -> None:
    write(static / "css/site.css.gz", "a download of that name")
    before = names(static)
    build(str(static))
    clean(str(static))
    assert names(static) == before


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"format": 2}', '{"format": 1}'])
def test_a_manifest_that_is_not_understood_is_none(static: pathlib.Path, text: str) -> None:
    (static / "assets-manifest.json").write_text(text)
    assert load(str(static)) == Manifest()


def test_a_manifest_cannot_have_files_outside_removed(static: pathlib.Path) -> None:
    secret = static.parent / "secret"
    secret.touch()
    Manifest(written=["../secret", str(secret)]).save(str(static))
    clean(str(static))
    assert secret.exists()


def test_the_command_builds_and_cleans_every_folder(app: Erlen, static: pathlib.Path) -> None:
    runner = app.test_cli_runner()
    built = runner.invoke(assets, ["build"])
    assert built.exit_code == 0, built.output
    assert "2 files, 1 of them compressed" in built.output
    shop = static.parent / "shop/files"
    assert {"shop.js.gz", "assets-manifest.json"} < names(shop)
    cleaned = runner.invoke(assets, ["clean"])
    assert "removed" in cleaned.output
    assert names(shop) == {"shop.js"}


def test_the_command_says_what_is_missing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    app = Erlen(__name__, root_path=str(tmp_path))
    runner = app.test_cli_runner()
    failed = runner.invoke(assets, ["build"])
    assert failed.exit_code == 1
    assert "There are no static files" in failed.output
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    refused = runner.invoke(assets, ["build", "--brotli"])
    assert refused.exit_code == 2
    assert "pip install 'erlen[brotli]'" in refused.output


@pytest.mark.parametrize("arguments", [[], ["build"], ["clean"]])
def test_the_help_has_an_example(app: Erlen, arguments: list[str]) -> None:
    shown = app.test_cli_runner().invoke(assets, [*arguments, "--help"])
    assert "Example:\n" in shown.output


def test_the_command_is_offered_to_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["erlen.commands"]["assets"] == "erlen.assets.command:assets"


def test_clean_where_nothing_was_built(static: pathlib.Path) -> None:
    assert clean(str(static)) == []


def test_the_command_makes_brotli_files_when_told(app: Erlen, static: pathlib.Path) -> None:
    result = app.test_cli_runner().invoke(assets, ["build", "--brotli"])
    assert result.exit_code == 0, result.output
    assert (static / "css/site.css.br").exists()
