from __future__ import annotations

import collections.abc as cabc
import gc
import io
import json
import logging
import re
import threading
import typing as t

import pytest

from erlen import Erlen, Response, copy_current_request_context
from erlen.logging import RequestLog, request_id
from erlen.testing import ErlenClient


@pytest.fixture
def app() -> cabc.Iterator[Erlen]:
    app = Erlen("request_log_test")
    factory = logging.getLogRecordFactory()
    RequestLog(app)

    @app.route("/", methods=["GET", "POST"])
    def index() -> str:
        app.logger.warning("in the view")
        return request_id() or "none"

    yield app
    logging.setLogRecordFactory(factory)
    for name in ("request_log_test", "request_log_test.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.setLevel(logging.NOTSET)


@pytest.fixture
def client(app: Erlen) -> ErlenClient:
    return app.test_client()


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [each for each in caplog.records if each.name == "request_log_test.access"]


def test_a_request_gets_an_id_that_is_sent_back(client: ErlenClient) -> None:
    answers = [client.get("/") for _ in range(3)]
    assert all(answer.text == answer.headers["X-Request-ID"] for answer in answers)
    assert len({answer.text for answer in answers}) == 3
    assert re.fullmatch("[0-9a-f]{32}", answers[0].text)


def test_the_id_of_a_server_in_front_is_taken(client: ErlenClient) -> None:
    answer = client.get("/", headers={"X-Request-ID": "Root=1-67891233:abc/9"})
    assert answer.text == answer.headers["X-Request-ID"] == "Root=1-67891233:abc/9"


@pytest.mark.parametrize("given", ["", " ", "a b", "ä", 'a"b', "x" * 129, "<script>", "a\tb"])
def test_an_id_that_could_do_harm_is_replaced(client: ErlenClient, given: str) -> None:
    answer = client.get("/", environ_overrides={"HTTP_X_REQUEST_ID": given})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_every_record_has_the_id_whoever_logs_it(
    app: Erlen, client: ErlenClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/lib")
    def lib() -> str:
        logging.getLogger("lib").warning("from afar")
        return ""

    client.get("/lib", headers={"X-Request-ID": "one"})
    client.get("/", headers={"X-Request-ID": "two"})
    logging.getLogger("lib").warning("outside")
    found = [(each.name, t.cast(t.Any, each).request_id) for each in caplog.records]
    assert found == [
        ("lib", "one"),
        ("request_log_test.access", "one"),
        ("request_log_test", "two"),
        ("request_log_test.access", "two"),
        ("lib", None),
    ]


def test_a_thread_that_a_view_starts_has_the_id(app: Erlen, client: ErlenClient) -> None:
    @app.get("/thread")
    def thread() -> list[str | None]:
        found: list[str | None] = []
        run = copy_current_request_context(lambda: found.append(request_id()))
        worker = threading.Thread(target=run)
        worker.start()
        worker.join()
        return found

    assert client.get("/thread", headers={"X-Request-ID": "one"}).json == ["one"]


def test_the_access_log_tells_of_every_request(
    client: ErlenClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.post("/?a=1", headers={"User-Agent": "tester", "X-Request-ID": "one"})
    (record,) = lines(caplog)
    assert re.fullmatch(r'127\.0\.0\.1 "POST /\?a=1" 200 3 \d+\.\dms', record.getMessage())
    fields = vars(record)
    assert fields["status"] == 200
    assert fields["bytes"] == 3
    assert fields["user_agent"] == "tester"
    assert fields["duration_ms"] > 0


@pytest.mark.parametrize(
    "method,path,status", [("GET", "/none", 404), ("PUT", "/", 405), ("OPTIONS", "/", 200)]
)
def test_answers_that_no_view_made_are_logged_too(
    client: ErlenClient, caplog: pytest.LogCaptureFixture, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert "X-Request-ID" in answer.headers
    assert [vars(each)["status"] for each in lines(caplog)] == [status]


@pytest.mark.parametrize("propagates", [True, False])
def test_a_failure_is_logged(
    app: Erlen, client: ErlenClient, caplog: pytest.LogCaptureFixture, propagates: bool
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = propagates

    @app.get("/fails")
    def fails() -> t.NoReturn:
        raise ZeroDivisionError

    if propagates:
        with pytest.raises(ZeroDivisionError):
            client.get("/fails")
    else:
        with client.get("/fails") as answer:
            assert answer.status_code == 500
    assert [vars(each)["status"] for each in lines(caplog)] == [500]
    assert request_id() is None


def test_a_line_holds_nothing_that_ends_it(
    client: ErlenClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/a%0aINFO%1b[31m%e2%80%a8%ff/ü%22", environ_overrides={"REMOTE_ADDR": "1\n2"})
    message = lines(caplog)[0].getMessage()
    assert message.isprintable()
    assert r"/a\nINFO\x1b[31m\u2028" in message
    assert '/ü%22" 404' in message


def test_the_query_and_the_whole_log_can_be_left_out(
    app: Erlen, client: ErlenClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["ACCESS_LOG_QUERY"] = False
    client.get("/?token=secret")
    assert "secret" not in lines(caplog)[0].getMessage()
    app.config["ACCESS_LOG"] = False
    assert "X-Request-ID" in client.get("/").headers
    assert len(lines(caplog)) == 1


def test_a_stream_is_logged_at_its_end_and_made_within_its_id(
    app: Erlen, client: ErlenClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/stream")
    def stream() -> cabc.Iterator[str]:
        def pieces() -> cabc.Iterator[str]:
            for _ in range(3):
                yield f"{request_id()} "

        return pieces()

    with client.get("/stream", headers={"X-Request-ID": "one"}, buffered=False) as answer:
        assert lines(caplog) == []
        assert answer.get_data() == b"one one one "
    assert [vars(each)["bytes"] for each in lines(caplog)] == [12]
    assert request_id() is None


def test_a_client_that_leaves_is_logged_with_what_it_got(
    app: Erlen, client: ErlenClient, caplog: pytest.LogCaptureFixture
) -> None:
    closed = []

    @app.get("/stream")
    def stream() -> Response:
        response = Response(iter(["one", "two"]))
        response.call_on_close(lambda: closed.append(True))
        return response

    answer = client.get("/stream", buffered=False)
    next(iter(answer.response))
    answer.close()
    answer.close()
    assert [vars(each)["bytes"] for each in lines(caplog)] == [3]
    assert closed == [True]


def test_a_file_is_left_to_the_server(app: Erlen, caplog: pytest.LogCaptureFixture) -> None:
    class Wrapper:
        def __init__(self, file: t.IO[bytes], size: int = 0) -> None:
            self.file = file

        def __iter__(self) -> cabc.Iterator[bytes]:
            yield self.file.read()

    body = Wrapper(io.BytesIO(b"file"))
    app.add_url_rule(
        "/file", view_func=lambda: Response(t.cast(t.Any, body), direct_passthrough=True)
    )
    environ = app.test_request_context("/file").request.environ
    environ["wsgi.file_wrapper"] = Wrapper
    sent = app(environ, lambda status, headers, exc_info=None: lambda data: None)
    assert isinstance(sent, Wrapper) or list(sent) == [b"file"]


def test_an_id_that_a_view_sets_stays_and_the_header_can_have_another_name(
    app: Erlen, client: ErlenClient
) -> None:
    app.add_url_rule("/own", view_func=lambda: ("", {"x-request-id": "mine"}))
    assert client.get("/own").headers.getlist("X-Request-ID") == ["mine"]
    app.config["REQUEST_ID_HEADER"] = "X-Trace"
    assert client.get("/", headers={"X-Trace": "one"}).headers["X-Trace"] == "one"


def test_with_json_every_line_is_an_object(
    app: Erlen, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = pytestconfig.pluginmanager.unregister(name="logging-plugin")
    monkeypatch.setattr(logging.root, "handlers", [])
    try:
        app.config["LOG_FORMAT"] = "json"
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        headers = {"X-Request-ID": "one"}
        app.test_client().get("/", headers=headers, errors_stream=stream)
    finally:
        pytestconfig.pluginmanager.register(plugin, "logging-plugin")
    view, access = map(json.loads, stream.getvalue().splitlines())
    assert (view["message"], view["level"], view["request_id"]) == ("in the view", "WARNING", "one")
    assert (access["status"], access["target"], access["request_id"]) == (200, "/", "one")


def test_ids_are_put_into_records_once(app: Erlen) -> None:
    factory = logging.getLogRecordFactory()
    RequestLog().init_app(Erlen("request_log_other"))
    assert logging.getLogRecordFactory() is factory


def test_requests_leave_no_cycles(client: ErlenClient) -> None:
    client.get("/")
    gc.collect()
    gc.disable()
    try:
        environ = t.cast(t.Any, client).application.test_request_context("/").request.environ
        environ = dict(environ, **{"werkzeug.request": None})
        gc.collect()
        for _ in range(10):
            t.cast(t.Any, client).application(dict(environ), lambda *args: None)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_the_level_of_the_access_log_stays(app: Erlen, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("request_log_test.access").setLevel(logging.ERROR)
    app.test_client().get("/")
    assert lines(caplog) == []


def test_a_body_that_needs_no_closing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def plain(environ: t.Any, start_response: t.Any) -> t.Any:
        start_response("200 OK", [])
        return iter([b"ab"])

    other = Erlen("request_log_test")
    other.wsgi_app = plain  # type: ignore[method-assign]
    RequestLog(other)
    with caplog.at_level(logging.INFO):
        answer = other.test_client().get("/")
        assert answer.text == "ab"
        answer.close()
    assert '" 200 2 ' in lines(caplog)[-1].getMessage()
