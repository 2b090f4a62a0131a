# ruff: noqa: C408
from flask import Flask, request, url_for
from flask_script import Command, Group, Manager, Option
from flask_script.cli import prompt_choices

app = Flask(__name__)


@app.route("/")
def index():
    return "served"


class RunTests(Command):
    "Runs the tests, with what py.test takes."

    capture_all_args = True

    def get_options(self):
        return (
            Group(
                Option("--fast", action="store_true"),
                Option("--slow", action="store_true"),
                exclusive=True,
            ),
        )

    def run(self, remaining, fast, slow):
        print("py.test", remaining, fast, slow)


class MyManager(Manager):
    help_args = ("-?", "--help")

    def __init__(self):
        Manager.__init__(self, app, with_default_commands=None, usage="the shop's manager")
        self.add_command(RunTests)


manager = MyManager()


@manager.shell
def make_shell_context():
    return dict(app=app, answer=42)


@manager.command
def where():
    print(url_for("index"), request.path)


def colour(shade="dark"):
    print(shade, prompt_choices("Colour", ["red", "green"], default="red"))


if __name__ == "__main__":
    manager.run({"colour": Command(colour)}, default_command="where")
