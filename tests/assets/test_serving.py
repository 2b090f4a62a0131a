from __future__ import annotations

import gzip
import os
import pathlib
import typing as t

import brotli
import pytest

from erlen import Erlen, Response, url_for
from erlen.assets import UrlManager, build
from erlen.assets.fingerprints import Fingerprints, Stamp, stamp_of
from erlen.assets.manifest import Manifests
from erlen.assets.sidecars import Sidecars
from erlen.testing import ErlenClient

from .conftest import CSS, write

YEAR = "public, max-age=31536000, immutable"


def link(app: Erlen, filename: str = "css/site.css", endpoint: str = "static") -> str:
    with app.test_request_context():
        return url_for(endpoint, filename=filename)


def compress(path: pathlib.Path) -> None:
    content = path.read_bytes()
    write(path.with_name(path.name + ".gz"), gzip.compress(content))
    write(path.with_name(path.name + ".br"), brotli.compress(content))


# For how long


@pytest.mark.parametrize(
    "endpoint,filename", [("static", "css/site.css"), ("shop.static", "shop.js")]
)
def test_what_is_asked_for_by_its_version_is_kept_for_a_year(
    app: Erlen, client: ErlenClient, endpoint: str, filename: str
) -> None:
    answer = client.get(link(app, filename, endpoint))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, YEAR)
    again = client.get(
        link(app, filename, endpoint), headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.headers["Cache-Control"]) == (304, YEAR)


def test_without_a_version_nothing_changes(client: ErlenClient) -> None:
    answer = client.get("/static/css/site.css")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Vary" not in answer.headers
    assert client.get("/static/none.css?ver=1").status_code == 404
    assert client.get("/static/../conftest.py?ver=1").status_code == 404


@pytest.mark.parametrize("version", ["other", "", "0" * 16])
def test_another_version_must_not_be_kept(app: Erlen, client: ErlenClient, version: str) -> None:
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    answer = client.get(f"/static/css/site.css?ver={version}")
    assert (answer.text, answer.headers["Cache-Control"]) == (CSS, "no-cache")
    assert "Expires" not in answer.headers
    assert client.get("/static/css/site.css").headers["Cache-Control"] == "public, max-age=3600"


def test_a_changed_file_is_never_kept_under_the_version_of_the_old_one(
    app: Erlen, client: ErlenClient, static: pathlib.Path
) -> None:
    old = link(app)
    assert client.get(old).headers["Cache-Control"] == YEAR
    write(static / "css/site.css", "changed")
    answer = client.get(old)
    assert (answer.text, answer.headers["Cache-Control"]) == ("changed", "no-cache")
    new = client.get(link(app))
    assert (new.text, new.headers["Cache-Control"]) == ("changed", YEAR)


def test_a_file_that_changes_while_it_is_sent_is_not_kept(
    app: Erlen, client: ErlenClient, static: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = link(app)
    find_age = app.get_send_file_max_age

    def change_meanwhile(filename: str | None) -> int | None:
        write(static / "css/site.css", "meanwhile")
        return find_age(filename)

    monkeypatch.setattr(app, "get_send_file_max_age", change_meanwhile)
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_release_has_one_content_for_each_file(
    app: Erlen, client: ErlenClient, static: pathlib.Path
) -> None:
    app.config["RELEASE_VERSION"] = "201901292105"
    url = link(app)
    assert url.endswith("?ver=201901292105")
    assert client.get(url).headers["Cache-Control"] == YEAR
    assert (
        client.get("/static/css/site.css?ver=201801010000").headers["Cache-Control"] == "no-cache"
    )
    write(static / "css/site.css", "edited on the server")
    assert client.get(url).headers["Cache-Control"] == "no-cache"
    app.config["RELEASE_VERSION"] = "201902010000"
    assert client.get(link(app)).headers["Cache-Control"] == YEAR


def test_a_built_file_is_kept_by_its_name_as_long_as_it_holds_that_content(
    app: Erlen, client: ErlenClient, static: pathlib.Path
) -> None:
    build(str(static))
    url = link(app)
    assert "?" not in url
    answer = client.get(url)
    assert (answer.text, answer.headers["Cache-Control"]) == (CSS, YEAR)
    write(static / url.removeprefix("/static/"), "something else")
    assert client.get(url).headers["Cache-Control"] == "no-cache"


def test_a_file_that_changed_since_the_build_is_linked_by_its_digest(
    app: Erlen, client: ErlenClient, static: pathlib.Path
) -> None:
    build(str(static))
    write(static / "css/site.css", "changed")
    url = link(app)
    assert "/css/site.css?ver=" in url
    answer = client.get(url, headers={"Accept-Encoding": "br, gzip"})
    assert (answer.text, answer.headers["Cache-Control"]) == ("changed", YEAR)


def test_a_built_file_that_was_lost_is_not_linked(app: Erlen, static: pathlib.Path) -> None:
    made = build(str(static))
    os.unlink(static / made.files["css/site.css"].name)
    assert "/css/site.css?ver=" in link(app)


# Compressed


def ask(client: ErlenClient, accept: str | None, **headers: str) -> t.Any:
    given = {} if accept is None else {"Accept-Encoding": accept}
    return client.get("/static/css/site.css", headers={**given, **headers})


@pytest.mark.parametrize(
    "accept,encoding",
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("br;q=0, *;q=0.1", "gzip"),
        ("*", "br"),
        ("identity, gzip;q=0.5", None),
        ("gzip;q=0", None),
        ("deflate", None),
        ("", None),
        (None, None),
        (";;q=,, ,=", None),
    ],
)
def test_the_client_gets_the_encoding_it_likes_best(
    client: ErlenClient, static: pathlib.Path, accept: str | None, encoding: str | None
) -> None:
    compress(static / "css/site.css")
    answer = ask(client, accept)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding or "", bytes)
    assert unpack(answer.data) == CSS.encode()
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_type == "text/css; charset=utf-8"
    assert ".br" not in answer.headers.get("Content-Disposition", "")
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_each_encoding_has_an_etag_of_its_own(client: ErlenClient, static: pathlib.Path) -> None:
    compress(static / "css/site.css")
    answers = [ask(client, accept) for accept in ("br", "gzip", None)]
    tags = [answer.headers["ETag"] for answer in answers]
    assert len(set(tags)) == 3
    for accept, tag in zip(("br", "gzip", None), tags, strict=True):
        again = ask(client, accept, **{"If-None-Match": tag})
        assert (again.status_code, again.headers["Vary"]) == (304, "Accept-Encoding")
    with ask(client, "br", **{"If-None-Match": tags[2]}) as other:
        assert other.status_code == 200


def test_a_compressed_file_of_another_content_is_not_sent(
    client: ErlenClient, static: pathlib.Path
) -> None:
    compress(static / "css/site.css")
    write(static / "css/site.css", CSS.replace("teal", "pink"))  # with the same size and time
    answer = ask(client, "br, gzip")
    assert "pink" in answer.text
    assert "Content-Encoding" not in answer.headers
    compress(static / "css/site.css")
    assert ask(client, "gzip").headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("content", [b"", b"not packed", gzip.compress(b"x" * 10**6)])
def test_a_damaged_compressed_file_is_not_sent(
    client: ErlenClient, static: pathlib.Path, content: bytes
) -> None:
    for extension in (".br", ".gz"):
        write(static / f"css/site.css{extension}", content)
    assert ask(client, "br, gzip").text == CSS


def test_without_the_library_the_manifest_tells_what_a_file_holds(
    client: ErlenClient, static: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib

    build(str(static), brotli=True)

    def missing(name: str) -> t.NoReturn:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    assert ask(client, "br").headers["Content-Encoding"] == "br"
    os.unlink(static / "assets-manifest.json")
    fresh = Erlen(__name__, root_path=str(static.parent))
    UrlManager(fresh)
    assert "Content-Encoding" not in ask(fresh.test_client(), "br").headers


def test_ranges_are_cut_from_the_original(client: ErlenClient, static: pathlib.Path) -> None:
    compress(static / "css/site.css")
    with ask(client, "br", Range="bytes=0-3") as answer:
        assert (answer.status_code, answer.data) == (206, b"body")
        assert "Content-Encoding" not in answer.headers


def test_blueprints_send_compressed_files_too(client: ErlenClient, static: pathlib.Path) -> None:
    compress(static.parent / "shop/files/shop.js")
    answer = client.get("/s/files/shop.js", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data).startswith(b"let shop")
    assert answer.mimetype == "text/javascript"


def test_a_compressed_file_does_not_open_what_its_original_keeps_shut(
    client: ErlenClient, static: pathlib.Path
) -> None:
    secret = static.parent / "secret.css"
    write(secret, CSS)
    (static / "link.css").symlink_to(secret)
    write(static / "link.css.gz", gzip.compress(CSS.encode()))
    headers = {"Accept-Encoding": "gzip"}
    assert client.get("/static/link.css", headers=headers).status_code == 404
    (static / "link.css").unlink()
    assert client.get("/static/link.css", headers=headers).status_code == 404


def test_a_versioned_compressed_file_is_kept_for_a_year(
    app: Erlen, client: ErlenClient, static: pathlib.Path
) -> None:
    compress(static / "css/site.css")
    answer = client.get(link(app), headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Cache-Control"] == YEAR


# What it costs and leaves alone


def test_a_static_view_of_ones_own_stays(static: pathlib.Path) -> None:
    app = Erlen(__name__, root_path=str(static.parent))
    app.view_functions["static"] = lambda filename: Response(f"own {filename}")
    UrlManager(app)
    assert app.test_client().get("/static/x").text == "own x"


def test_an_overridden_way_of_sending_is_used(static: pathlib.Path) -> None:
    class Marking(Erlen):
        def send_static_file(self, filename: str) -> Response:
            response = super().send_static_file(filename)
            response.headers["X-Mark"] = "own"
            return response

    app = Marking(__name__, root_path=str(static.parent))
    UrlManager(app)
    answer = app.test_client().get(link(app))
    assert (answer.headers["X-Mark"], answer.headers["Cache-Control"]) == ("own", YEAR)


def test_other_requests_still_take_the_direct_way(app: Erlen, client: ErlenClient) -> None:
    app.add_url_rule("/", view_func=lambda: "hello")
    client.get("/")
    plan = app._plans().statics["/"]["GET"]
    assert plan.direct


# What is remembered about compressed files


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stamp, "is_settled", lambda stamp: True)


@pytest.mark.usefixtures("settled")
def test_a_compressed_file_is_unpacked_once(
    static: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = static / "css/site.css"
    compress(path)
    sidecars = Sidecars(Fingerprints(), Manifests())
    stamp = stamp_of(str(path))
    assert stamp is not None
    first = sidecars.beside(str(static), str(path), stamp)
    assert [each.encoding for each in first] == ["br", "gzip"]
    monkeypatch.setattr(gzip, "open", None)
    monkeypatch.setattr(brotli, "decompress", None)
    assert sidecars.beside(str(static), str(path), stamp) == first


def test_a_file_that_changes_meanwhile_has_no_compressed_ones(static: pathlib.Path) -> None:
    path = static / "css/site.css"
    compress(path)
    stamp = stamp_of(str(path))
    assert stamp is not None
    write(path, "/* another length */")
    assert Sidecars(Fingerprints(), Manifests()).beside(str(static), str(path), stamp) == []
