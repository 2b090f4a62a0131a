from __future__ import annotations

import typing as t

import pytest
from jinja2 import DictLoader, TemplateNotFound
from jinja2 import Environment as PlainEnvironment

import erlen
from erlen import templating

TEMPLATES = {
    "name.html": "Hello {{ name }}",
    "name.txt": "Hello {{ name }}",
    "context.html": "{{ request.path }} {{ g.user }} {{ session.user }} {{ config.DEBUG }}",
    "base.html": "<{% block body %}{% endblock %}>",
    "child.html": "{% extends 'base.html' %}{% block body %}{{ name }}{% endblock %}",
    "_macros.html": "{% macro hello(name) %}{{ name }} at {{ request.path }}{% endmacro %}",
    "imports.html": "{% from '_macros.html' import hello %}{{ hello('x') }}",
}


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__)
    app.testing = True
    app.secret_key = "a key for the tests"
    app.jinja_loader = DictLoader(TEMPLATES)
    return app


def test_values_are_escaped_by_the_kind_of_template(app: erlen.Erlen) -> None:
    with app.app_context():
        assert erlen.render_template("name.html", name="<b>") == "Hello &lt;b&gt;"
        assert erlen.render_template("name.txt", name="<b>") == "Hello <b>"
        assert erlen.render_template_string("{{ name }}", name="<b>") == "&lt;b&gt;"


def test_every_template_sees_request_session_g_and_config(app: erlen.Erlen) -> None:
    @app.route("/path")
    def view() -> str:
        erlen.g.user = "gee"
        erlen.session["user"] = "sess"
        return erlen.render_template("context.html")

    assert app.test_client().get("/path").text == "/path gee sess False"


def test_imported_macros_see_them_too(app: erlen.Erlen) -> None:
    app.add_url_rule("/here", view_func=lambda: erlen.render_template("imports.html"))
    client = app.test_client()
    assert client.get("/here").text == "x at /here"


def test_a_macro_can_be_used_from_python(app: erlen.Erlen) -> None:
    with app.test_request_context("/there"):
        assert erlen.get_template_attribute("_macros.html", "hello")("x") == "x at /there"


def test_rendering_does_not_open_a_session_that_is_not_used(app: erlen.Erlen) -> None:
    app.add_url_rule("/", "view", lambda: erlen.render_template("name.html", name="x"))
    response = app.test_client().get("/", headers={"Cookie": "session=anything"})
    assert "Vary" not in response.headers


def test_of_several_names_the_first_that_exists_is_rendered(app: erlen.Erlen) -> None:
    with app.app_context():
        assert erlen.render_template(["none.html", "child.html", "name.html"], name=1) == "<1>"
        template = app.jinja_env.get_template("name.html")
        assert erlen.render_template(template, name="x") == "Hello x"
        with pytest.raises(TemplateNotFound, match="none.html"):
            erlen.render_template("none.html")


def test_values_passed_win_over_processors_and_globals(app: erlen.Erlen) -> None:
    app.context_processor(lambda: {"name": "processor", "config": 1})
    with app.test_request_context():
        assert erlen.render_template_string("{{ name }} {{ config }}", name="x") == "x 1"
        assert erlen.render_template_string("{{ config }}{{ g }}", config=42, g=0) == "420"


def test_processors_run_from_the_application_inwards(app: erlen.Erlen) -> None:
    outer = erlen.Blueprint("outer", __name__)
    inner = erlen.Blueprint("inner", __name__)
    asked = []

    def processor(name: str) -> t.Callable[[], dict[str, str]]:
        def answer() -> dict[str, str]:
            asked.append(name)
            return {"last": name, name: name}

        return answer

    inner.context_processor(processor("inner"))
    outer.context_processor(processor("outer"))
    app.context_processor(processor("app"))
    inner.add_url_rule(
        "/", "view", lambda: erlen.render_template_string("{{ last }}{{ app }}{{ outer }}")
    )
    outer.register_blueprint(inner)
    app.register_blueprint(outer)

    assert app.test_client().get("/").text == "innerappouter"
    assert asked == ["app", "outer", "inner"]


def test_processors_of_another_blueprint_are_not_asked(app: erlen.Erlen) -> None:
    other = erlen.Blueprint("other", __name__)
    other.context_processor(lambda: {"name": "other"})
    app.register_blueprint(other)
    with app.test_request_context():
        assert erlen.render_template("name.html") == "Hello "


def test_a_processor_may_be_async(app: erlen.Erlen) -> None:
    @app.context_processor
    async def processor() -> dict[str, str]:
        return {"name": "async"}

    with app.app_context():
        assert erlen.render_template("name.html") == "Hello async"


def test_a_processor_that_returns_no_dict_is_named(app: erlen.Erlen) -> None:
    @app.context_processor
    def forgetful() -> t.Any:
        return None

    with app.app_context():
        with pytest.raises(TypeError, match="'test_.*forgetful' in module .* returned None"):
            erlen.render_template("name.html")


def test_a_processor_put_into_the_registry_counts_at_once(app: erlen.Erlen) -> None:
    with app.app_context():
        assert erlen.render_template("name.html") == "Hello "
        app.template_context_processors[None].append(lambda: {"name": "late"})
        assert erlen.render_template("name.html") == "Hello late"


def test_the_default_processor_can_be_replaced(app: erlen.Erlen) -> None:
    app.template_context_processors[None] = [lambda: {"name": "alone"}]
    with app.test_request_context():
        context: dict[str, t.Any] = {}
        app.update_template_context(context)
        assert context == {"name": "alone"}


def test_the_update_of_the_context_can_be_overridden() -> None:
    class Custom(erlen.Erlen):
        def update_template_context(self, context: dict[str, t.Any]) -> None:
            super().update_template_context(context)
            context["name"] = "overridden"

    with Custom(__name__).app_context():
        assert erlen.render_template_string("{{ name }}", name="x") == "overridden"


def test_without_a_request_there_is_no_request_in_the_context(app: erlen.Erlen) -> None:
    with app.app_context():
        context: dict[str, t.Any] = {}
        app.update_template_context(context)
        assert context.keys() == {"g"}


def test_signals_tell_template_and_context(app: erlen.Erlen) -> None:
    heard: list[t.Any] = []

    def before(sender: erlen.Erlen, template: t.Any, context: dict[str, t.Any]) -> None:
        heard.append(("before", template.name, context["name"]))
        context["name"] = "changed"

    def after(sender: erlen.Erlen, template: t.Any, context: dict[str, t.Any]) -> None:
        heard.append(("after", template.name, context["name"]))

    with app.test_request_context():
        with (
            erlen.before_render_template.connected_to(before, app),
            erlen.template_rendered.connected_to(after, app),
        ):
            assert erlen.render_template("name.html", name="x") == "Hello changed"
            assert "".join(erlen.stream_template("name.html", name="y")) == "Hello changed"
    once = [("before", "name.html", "x"), ("after", "name.html", "changed")]
    assert heard == [*once, ("before", "name.html", "y"), once[1]]


def test_a_stream_comes_in_pieces_and_keeps_its_request(app: erlen.Erlen) -> None:
    source = "{% for n in range(3) %}{{ request.path }}{{ n }}{% endfor %}"
    app.add_url_rule("/s", "stream", lambda: erlen.stream_template_string(source))
    response = app.test_client().get("/s", buffered=False)
    assert len(list(response.response)) > 1
    assert app.test_client().get("/s").text == "/s0/s1/s2"


def test_a_stream_without_a_request_works(app: erlen.Erlen) -> None:
    with app.app_context():
        assert "".join(erlen.stream_template("child.html", name="x")) == "<x>"


def test_the_environment_has_what_templates_need(app: erlen.Erlen) -> None:
    names = {"url_for", "get_flashed_messages", "config", "request", "session", "g"}
    assert names <= app.jinja_env.globals.keys()
    with app.app_context():
        assert erlen.render_template_string("{{ {'a': [1]} | tojson }}") == '{"a": [1]}'


@pytest.mark.parametrize(
    "debug,setting,expected",
    [(False, None, False), (True, None, True), (False, True, True), (True, False, False)],
)
def test_templates_are_reloaded_as_the_settings_say(
    debug: bool, setting: bool | None, expected: bool
) -> None:
    app = erlen.Erlen(__name__)
    app.debug = debug
    app.config["TEMPLATES_AUTO_RELOAD"] = setting
    assert app.jinja_env.auto_reload is expected


def test_options_and_class_of_the_environment_are_the_applications() -> None:
    class Custom(templating.Environment):
        pass

    class CustomApp(erlen.Erlen):
        jinja_environment = Custom
        jinja_options = {"autoescape": False, "trim_blocks": True, "auto_reload": True}

    environment = CustomApp(__name__).jinja_env
    assert isinstance(environment, Custom)
    assert (environment.autoescape, environment.trim_blocks) == (False, True)
    assert environment.auto_reload is True


def test_any_jinja_environment_will_do(app: erlen.Erlen) -> None:
    class Plain(erlen.Erlen):
        def create_jinja_environment(self) -> t.Any:
            return PlainEnvironment(loader=DictLoader(TEMPLATES))

    with Plain(__name__).app_context():
        assert erlen.render_template("child.html", name="x") == "<x>"


def test_an_async_environment_renders(app: erlen.Erlen) -> None:
    async def name() -> str:
        return "awaited"

    app.jinja_options = {"enable_async": True}
    with app.app_context():
        assert erlen.render_template_string("{{ name() }}", name=name) == "awaited"
        assert "".join(erlen.stream_template("child.html", name="x")) == "<x>"


def test_a_mistake_in_a_template_is_shown_at_its_line(app: erlen.Erlen) -> None:
    import traceback

    with app.app_context(), pytest.raises(ZeroDivisionError) as caught:
        erlen.render_template_string("\n\n{{ 1 // zero }}", zero=0)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[-1].lineno == 3
    assert frames[-1].name == "top-level template code"


def test_flasks_names_are_reachable_here() -> None:
    from jinja2 import BaseLoader, Template

    assert templating.BaseLoader is BaseLoader
    assert templating.Template is Template
    assert issubclass(templating.DispatchingJinjaLoader, BaseLoader)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = templating.nonsense


def test_a_listener_can_look_at_the_context_when_the_request_is_over(app: erlen.Erlen) -> None:
    heard: list[dict[str, t.Any]] = []

    def listen(sender: erlen.Erlen, template: t.Any, context: dict[str, t.Any]) -> None:
        heard.append(context)

    @app.route("/")
    def index() -> str:
        erlen.g.user = "jo"
        return erlen.render_template_string("hi")

    with erlen.template_rendered.connected_to(listen, app):
        app.test_client().get("/?a=1")
    (context,) = heard
    assert context["g"].user == "jo"
    assert context["request"].args["a"] == "1"
    assert "session" not in context  # as in Flask: reading it would be access to the session


def test_outside_of_a_context_templates_are_given_nothing() -> None:
    assert templating._default_template_ctx_processor() == {}
