from __future__ import annotations

import json
import os
import pathlib
import tomllib
import typing as t
from datetime import timedelta

import pytest

from erlen import Erlen, Response, render_template_string, session, url_for
from erlen.config import Config, ConfigAttribute

TEST_KEY = "from the module"
lowercase_key = "ignored"


@pytest.fixture
def config(tmp_path: pathlib.Path) -> Config:
    return Config(tmp_path)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in list(os.environ):
        if variable.startswith(("FLASK_", "ERLEN_")):
            monkeypatch.delenv(variable)
    return monkeypatch


def test_is_a_dict_with_defaults_and_a_repr(config: Config) -> None:
    assert Config("/", {"DEBUG": True}) == {"DEBUG": True}
    config["A"] = 1
    assert repr(config) == "<Config {'A': 1}>"


# Environment variables with a prefix


def test_prefixed_values_are_read_as_json_or_stay_strings(
    config: Config, env: pytest.MonkeyPatch
) -> None:
    given = {"STRING": "value", "BOOL": "true", "FLOAT": "1.2", "LIST": "[1, 2]", "BAD": "{"}
    for name, value in given.items():
        env.setenv(f"FLASK_{name}", value)
    env.setenv("NOT_FLASK_OTHER", "other")
    assert config.from_prefixed_env() is True
    assert config == {"STRING": "value", "BOOL": True, "FLOAT": 1.2, "LIST": [1, 2], "BAD": "{"}


def test_erlens_prefix_wins_over_flasks(config: Config, env: pytest.MonkeyPatch) -> None:
    env.setenv("ERLEN_A", "erlen")
    env.setenv("FLASK_A", "flask")
    env.setenv("FLASK_B", "flask")
    env.setenv("ERLEN_D__x", "1")
    env.setenv("FLASK_D", '{"x": 0, "y": 2}')
    config.from_prefixed_env()
    assert config == {"A": "erlen", "B": "flask", "D": {"x": 1, "y": 2}}


def test_explicit_prefix_is_the_only_one(config: Config, env: pytest.MonkeyPatch) -> None:
    env.setenv("FLASK_A", "1")
    env.setenv("ERLEN_B", "2")
    env.setenv("SITE_C", "3")
    config.from_prefixed_env("SITE")
    assert config == {"C": 3}
    config.from_prefixed_env("FLASK")
    assert config == {"A": 1, "C": 3}


def test_own_loader_reads_the_values(config: Config, env: pytest.MonkeyPatch) -> None:
    env.setenv("ERLEN_A", "12")
    config.from_prefixed_env(loads=lambda text: int(text, base=16))
    assert config == {"A": 18}


def test_double_underscores_lead_into_dicts(config: Config, env: pytest.MonkeyPatch) -> None:
    config["EXIST"] = {"ok": "value", "flag": True, "inner": {"ik": 1}}
    env.setenv("FLASK_EXIST__ok", "other")
    env.setenv("FLASK_EXIST__inner__ik", "2")
    env.setenv("FLASK_EXIST__new__more", '{"k": false}')
    env.setenv("FLASK_NEW__K", "v")
    config.from_prefixed_env()
    assert config["EXIST"] == {
        "ok": "other",
        "flag": True,
        "inner": {"ik": 2},
        "new": {"more": {"k": False}},
    }
    assert config["NEW"] == {"K": "v"}


def test_way_through_what_is_no_dict_names_the_variable(
    config: Config, env: pytest.MonkeyPatch
) -> None:
    env.setenv("ERLEN_MAIL", "7")
    env.setenv("ERLEN_MAIL__PORT", "25")
    with pytest.raises(TypeError, match=r"'ERLEN_MAIL__PORT' sets an item of config\['MAIL'\]"):
        config.from_prefixed_env()


# Python files


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "latin-1"])
def test_pyfile_gives_its_names_in_capitals(config: Config, encoding: str) -> None:
    text = f'# -*- coding: {encoding} -*-\nimport os\nTEST = "föö"\nHERE = __file__\nno = 1\n'
    path = pathlib.Path(config.root_path) / "site.cfg"
    path.write_text(text, encoding)
    assert config.from_pyfile("site.cfg") is True
    assert config == {"TEST": "föö", "HERE": str(path)}


def test_missing_file_is_named(config: Config) -> None:
    message = (
        r"^\[Errno 2\] Unable to load configuration file \(No such file or directory\): '.*x'$"
    )
    with pytest.raises(OSError, match=message):
        config.from_pyfile("x")
    with pytest.raises(OSError, match=message):
        config.from_file("x", json.load)
    assert config.from_pyfile("x", silent=True) is False
    assert config.from_file("x", json.load, silent=True) is False
    assert config.from_pyfile("", silent=True) is False


def test_silence_does_not_cover_what_the_file_does(config: Config) -> None:
    path = pathlib.Path(config.root_path) / "site.cfg"
    path.write_text("KEY = open('no-such-file').read()")
    with pytest.raises(FileNotFoundError, match="no-such-file") as caught:
        config.from_pyfile("site.cfg", silent=True)
    assert "configuration" not in str(caught.value)


def test_envvar_points_to_a_file(config: Config, env: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="'SITE_SETTINGS' is not set"):
        config.from_envvar("SITE_SETTINGS")
    assert config.from_envvar("SITE_SETTINGS", silent=True) is False
    env.setenv("SITE_SETTINGS", "missing.cfg")
    with pytest.raises(OSError, match="missing.cfg"):
        config.from_envvar("SITE_SETTINGS")
    assert config.from_envvar("SITE_SETTINGS", silent=True) is False
    env.setenv("SITE_SETTINGS", __file__)
    assert config.from_envvar("SITE_SETTINGS") is True
    assert config == {"TEST_KEY": "from the module"}


# Objects, data files and mappings


def test_object_gives_its_attributes_in_capitals(config: Config) -> None:
    class Base:
        INHERITED = "base"
        lowercase = "ignored"

    class Production(Base):
        OWN = "production"

        @property
        def COMPUTED(self) -> str:
            return self.OWN.upper()

    config.from_object(Production())
    assert config == {"INHERITED": "base", "OWN": "production", "COMPUTED": "PRODUCTION"}


def test_object_can_be_an_import_name(config: Config) -> None:
    config.from_object("email.charset")
    assert {"BASE64", "QP"} <= config.keys()
    with pytest.raises(ImportError, match="no_such_module"):
        config.from_object("no_such_module")


def test_data_files_are_loaded_by_the_given_function(config: Config) -> None:
    root = pathlib.Path(config.root_path)
    root.joinpath("site.json").write_text('{"A": 1, "b": 2}')
    root.joinpath("site.toml").write_text("C = 3\nd = 4")
    assert config.from_file("site.json", load=json.load) is True
    assert config.from_file("site.toml", load=tomllib.load, text=False) is True
    assert config == {"A": 1, "C": 3}


def test_mappings_pairs_and_keywords(config: Config) -> None:
    assert config.from_mapping({"A": 1, "a": 0}) is True
    config.from_mapping(t.cast(t.Any, [("B", 2), ("b", 0)]))
    config.from_mapping({"C": 0}, C=3, c=0)
    assert config == {"A": 1, "B": 2, "C": 3}
    with pytest.raises(TypeError):
        config.from_mapping({}, {})  # type: ignore[call-arg]


def test_namespace_as_keyword_arguments(config: Config) -> None:
    config.update(FOO_OPTION_1="one", FOO_OPTION_2="two", BAR_STUFF="bar")
    assert config.get_namespace("FOO_") == {"option_1": "one", "option_2": "two"}
    assert config.get_namespace("BAR_", lowercase=False) == {"STUFF": "bar"}
    assert config.get_namespace("BAR_", trim_namespace=False) == {"bar_stuff": "bar"}
    assert config.get_namespace("BAR_", False, False) == {"BAR_STUFF": "bar"}


# The application's side


def test_attribute_reads_and_writes_the_configuration() -> None:
    class App(Erlen):
        title = ConfigAttribute[str]("SITE_TITLE")
        limit = ConfigAttribute("SITE_LIMIT", get_converter=int)

    app = App(__name__)
    app.title = "Bookshelf"
    app.config["SITE_LIMIT"] = "12"
    assert (app.config["SITE_TITLE"], app.limit) == ("Bookshelf", 12)
    assert isinstance(App.title, ConfigAttribute)


def test_application_uses_its_own_config_class() -> None:
    class SiteConfig(Config):
        pass

    class App(Erlen):
        config_class = SiteConfig

    app = App(__name__)
    assert isinstance(app.config, SiteConfig)
    app.config.from_pyfile(__file__)
    assert app.config["TEST_KEY"] == "from the module"


def test_session_lifetime_may_be_a_number_of_seconds() -> None:
    app = Erlen(__name__)
    assert app.permanent_session_lifetime == timedelta(days=31)
    app.config["PERMANENT_SESSION_LIFETIME"] = 42
    assert app.permanent_session_lifetime == timedelta(seconds=42)


def test_keys_are_merged_and_taken_out_as_of_any_dict(config: Config) -> None:
    config |= {"A": 1, "B": 2}
    assert (config.pop("A"), config.pop("A", 3)) == (1, 3)
    assert config == {"B": 2}
    with pytest.raises(KeyError, match="A"):
        config.pop("A")


@pytest.mark.parametrize("key", Erlen.default_config)
def test_requests_go_on_with_the_default_of_a_key_that_was_taken_out(key: str) -> None:
    app = Erlen("keys", static_folder=None, root_path="/")

    @app.post("/")
    def use_much() -> tuple[Response, int]:
        template = render_template_string("{{ request.form.a }} {{ session | length }}")
        response = Response(template + url_for("use_much", _external=True))
        response.set_cookie("name", "value")
        return response, 203

    client = app.test_client()
    before = client.post("/", data={"a": "b"})
    app.config.pop(key)
    after = client.post("/", data={"a": "b"})
    assert (before.status_code, after.status_code) == (203, 203)
    assert (after.text, after.headers) == (before.text, before.headers)
    assert client.get("/elsewhere").status_code == 404


def test_a_key_that_was_taken_out_is_not_there() -> None:
    config = Config("/", {"LIMIT": 5})
    config["LIMIT"] = config["MINE"] = 6
    del config["LIMIT"], config["MINE"]
    assert ("LIMIT" in config, config.get("LIMIT"), len(config)) == (False, None, 0)
    assert config["LIMIT"] == 5
    with pytest.raises(KeyError, match="MINE"):
        config["MINE"]


def _take_out_one_by_one(config: Config) -> None:
    while config:
        config.popitem()


@pytest.mark.parametrize(
    "take_out",
    [
        lambda config: config.pop("SECRET_KEY"),
        lambda config: config.__delitem__("SECRET_KEY"),
        Config.clear,
        _take_out_one_by_one,
    ],
)
def test_a_secret_key_that_was_taken_out_signs_nothing_more(
    take_out: t.Callable[[Config], None],
) -> None:
    app = Erlen("keys", static_folder=None, root_path="/")
    app.secret_key = "a secret key of thirty characters"
    app.add_url_rule("/", "write", lambda: str(session.setdefault("a", 1)))
    client = app.test_client()
    assert client.get("/").status_code == 200
    take_out(app.config)
    app.testing = True
    with pytest.raises(RuntimeError, match="no secret key was set"):
        client.get("/")


def test_requests_see_what_is_merged() -> None:
    app = Erlen("keys", static_folder=None, root_path="/")
    app.add_url_rule("/", "read", lambda: "ok")
    client = app.test_client()
    assert client.get("/").status_code == 200
    config = app.config
    config |= {"TRUSTED_HOSTS": ["example.org"]}
    assert client.get("/").status_code == 400
