import tomllib

from erlen import Erlen


# [start: classes]
class Config:
    PAGE_SIZE = 20
    SESSION_COOKIE_SECURE = True


class TestConfig(Config):
    TESTING = True
    SESSION_COOKIE_SECURE = False


# [end: classes]


# [start: factory]
def create_app(config=Config):
    app = Erlen(__name__, instance_relative_config=True)
    app.config.from_object(config)
    app.config.from_pyfile("config.py", silent=True)  # instance/config.py: not in the repository
    app.config.from_prefixed_env("ERLEN")  # ERLEN_SECRET_KEY, ERLEN_PAGE_SIZE, ...
    return app


# [end: factory]


# [start: file]
def create_app_from_toml():
    app = Erlen(__name__)
    app.config.from_file("settings.toml", load=tomllib.load, text=False)
    return app


# [end: file]
