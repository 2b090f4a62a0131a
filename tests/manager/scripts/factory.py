# ruff: noqa: UP031
# Options for the factory, managers below the manager, a server of its own.
import os

from flask import Flask, current_app
from flask_script import Command, Manager, Option, Server, prompt_bool
from flask_script.commands import Clean, InvalidCommand, ShowUrls


def create_app(config=None):
    app = Flask(__name__)
    app.config["GREETING"] = "Hello"
    if config is not None:
        app.config.from_pyfile(os.path.abspath(config))

    @app.route("/")
    def index():
        return app.config["GREETING"]

    return app


manager = Manager(create_app)
manager.add_option("-c", "--config", dest="config", required=False)
manager.add_command("runserver", Server(host="0.0.0.0", port=9000))
manager.add_command("urls", ShowUrls())
manager.add_command("clean", Clean())


class GunicornServer(Command):
    """Run the app within Gunicorn"""

    def __init__(self, host="127.0.0.1", port=8000, workers=6):
        self.port = port
        self.host = host
        self.workers = workers

    def get_options(self):
        return (
            Option("-t", "--host", dest="host", default=self.host),
            Option("-p", "--port", dest="port", type=int, default=self.port),
            Option("-w", "--workers", dest="workers", type=int, default=self.workers),
        )

    def __call__(self, app, host, port, workers):
        print("gunicorn", app.name, host, port, workers)


manager.add_command("gunicorn", GunicornServer())

database = Manager(usage="Perform database operations")


@database.command
def drop():
    "Drops database tables"
    if prompt_bool("Are you sure you want to lose all your data"):
        print("dropped")


@database.command
def create(default_data=True, sample_data=False):
    "Creates database tables"
    print("created", default_data, sample_data)


manager.add_command("database", database)


@manager.command
def hello(name, uppercase=False):
    greeting = "%s, %s!" % (current_app.config["GREETING"], name)
    print(greeting.upper() if uppercase else greeting)


@manager.option("-f", "--file", dest="path", required=True)
@manager.option("-l", "--limit", dest="limit", type=int, default=10)
@manager.option("--format", choices=["csv", "json"], default="csv")
def export(path, limit, format):
    "Export everything"
    if limit < 0:
        raise InvalidCommand("The limit cannot be negative")
    print(path, limit, format)


if __name__ == "__main__":
    manager.run()
