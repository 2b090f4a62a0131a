from __future__ import annotations

import collections.abc as cabc

Code = cabc.Callable[[str], str]

ENCODER = """
with warned("flask.json.JSONEncoder", "flask.json.JSONDecoder"):
    from flask.json import JSONEncoder, JSONDecoder

class Encoder(JSONEncoder):
    def default(self, o):
        return [o.real, o.imag] if isinstance(o, complex) else super().default(o)

class Decoder(JSONDecoder):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, object_hook=lambda o: sorted(o), **kwargs)

import flask, datetime
"""


def test_an_applications_encoder_and_decoder_take_effect(code: Code) -> None:
    lines = """
app = flask.Flask(__name__)
with warned("app.json_encoder", "app.json_decoder"):
    app.json_encoder = Encoder
    app.json_decoder = Decoder
assert app.json_encoder is Encoder

@app.post("/")
def index():
    return {"z": 1j, "day": datetime.date(2024, 5, 17), "got": flask.request.get_json()}

client = app.test_client()
print(client.post("/", json={"b": 1, "a": 2}).text, end="")
with app.app_context():
    print(flask.json.dumps(1j), flask.json.loads('{"k": 1}'))
"""
    assert code(ENCODER + lines).splitlines() == [
        '{"day":"Fri, 17 May 2024 00:00:00 GMT","got":["a","b"],"z":[0.0,1.0]}',
        "[0.0, 1.0] ['k']",
    ]


def test_an_encoder_set_after_requests_were_answered_takes_effect(code: Code) -> None:
    lines = """
app = flask.Flask(__name__)
app.add_url_rule("/", "index", lambda: {"a": 1j})
client = app.test_client()
print(client.get("/").status_code)
with warned("app.json_encoder"):
    app.json_encoder = Encoder
print(client.get("/").text)
"""
    assert code(ENCODER + lines).splitlines()[-1] == '{"a":[0.0,1.0]}'


def test_a_subclass_may_name_the_encoder(code: Code) -> None:
    lines = """
class App(flask.Flask):
    json_encoder = Encoder

with App(__name__).app_context():
    print(flask.jsonify(1j).get_data(True))
with flask.Flask(__name__).app_context():
    try:
        flask.jsonify(1j)
    except TypeError:
        print("not elsewhere")
"""
    assert code(ENCODER + lines).splitlines() == ["[0.0,1.0]", "", "not elsewhere"]


def test_a_blueprints_encoder_goes_before_the_applications(code: Code) -> None:
    lines = """
class Other(JSONEncoder):
    def default(self, o):
        return "other"

app = flask.Flask(__name__)
blueprint = flask.Blueprint("b", __name__)
with warned("app.json_encoder", "blueprint.json_encoder"):
    blueprint.json_encoder = Other
    app.json_encoder = Encoder
blueprint.add_url_rule("/b", "view", lambda: flask.jsonify(1j))
app.add_url_rule("/", "index", lambda: flask.jsonify(1j))
app.register_blueprint(blueprint)
client = app.test_client()
print(client.get("/b").text.strip(), client.get("/").text.strip())
"""
    assert code(ENCODER + lines) == '"other" [0.0,1.0]'


def test_the_settings_take_effect_whenever_they_are_set(code: Code) -> None:
    lines = """
app = flask.Flask(__name__)
app.add_url_rule("/", "index", lambda: {"ü": 1, "a": 2})
client = app.test_client()
print(client.get("/").text, end="")
with warned("app.config['JSON_SORT_KEYS']", "app.config['JSON_AS_ASCII']"):
    app.config.update(JSON_SORT_KEYS=False, JSON_AS_ASCII=False)
print(client.get("/").text, end="")
with warned("app.config['JSONIFY_MIMETYPE']", "app.config['JSONIFY_PRETTYPRINT_REGULAR']"):
    app.config["JSONIFY_MIMETYPE"] = "application/x"
    app.config["JSONIFY_PRETTYPRINT_REGULAR"] = True
answer = client.get("/")
print(answer.text.count("\\n"), answer.mimetype)

class App(flask.Flask):
    default_config = {**flask.Flask.default_config, "JSON_SORT_KEYS": False}

with warned("app.config['JSON_SORT_KEYS']"):
    print(App(__name__).json.sort_keys)
"""
    assert code("import flask\n" + lines).splitlines() == [
        '{"a":2,"\\u00fc":1}',
        '{"ü":1,"a":2}',
        "4 application/x",
        "False",
    ]


def test_json_can_stand_in_a_page(code: Code) -> None:
    lines = """
import flask, io
with warned("flask.json.htmlsafe_dumps", "flask.json.htmlsafe_dump"):
    from flask.json import htmlsafe_dump, htmlsafe_dumps
file = io.StringIO()
htmlsafe_dump("<&", file)
print(htmlsafe_dumps("</script>"), file.getvalue())
"""
    assert code(lines) == '"\\u003c/script\\u003e" "\\u003c\\u0026"'


def test_what_a_blueprint_does_not_have_is_the_applications(code: Code) -> None:
    lines = """
app = flask.Flask(__name__)
pages = flask.Blueprint("pages", __name__)
pages.add_url_rule("/", "index", lambda: flask.json.dumps(1j))
with warned("app.json_encoder"):
    app.json_encoder = Encoder
app.register_blueprint(pages)
print(app.test_client().get("/").text)
"""
    assert code(ENCODER + lines) == "[0.0, 1.0]"


def test_a_decoder_alone_leaves_writing_as_it_is(code: Code) -> None:
    lines = """
app = flask.Flask(__name__)
with warned("app.json_decoder"):
    app.json_decoder = Decoder
with app.app_context():
    print(flask.json.dumps({"b": 1}), flask.json.dumps(1j, cls=Encoder))
    print(flask.json.loads('{"k": 1}'))
with app.app_context(), warned("app.json_decoder", "app.json_encoder"):
    app.json_decoder, app.json_encoder = None, Encoder
    print(flask.json.loads('{"k": 1}'))
"""
    assert code(ENCODER + lines).splitlines() == [
        '{"b": 1} [0.0, 1.0]',
        "['k']",
        "{'k': 1}",
    ]
