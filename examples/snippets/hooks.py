import time

from erlen import Erlen, g, request

app = Erlen(__name__)
CLOSED = False
finished = []


# [start: before]
@app.before_request
def start_clock():
    g.started = time.perf_counter()


@app.before_request
def closed_for_repairs():
    if CLOSED:
        return "Back soon", 503


# [end: before]


# [start: after]
@app.after_request
def add_timing(response):
    milliseconds = (time.perf_counter() - g.started) * 1000
    response.headers["Server-Timing"] = f"app;dur={milliseconds:.1f}"
    return response


# [end: after]


# [start: teardown]
@app.teardown_request
def note_end(exc):
    finished.append((request.path, exc))


# [end: teardown]


# [start: values]
@app.url_value_preprocessor
def take_language(endpoint, values):
    g.language = values.pop("language", "en") if values else "en"


@app.url_defaults
def give_language(endpoint, values):
    if app.url_map.is_endpoint_expecting(endpoint, "language"):
        values.setdefault("language", g.language)


@app.get("/<language>/")
def home():
    return f"home in {g.language}"


# [end: values]
