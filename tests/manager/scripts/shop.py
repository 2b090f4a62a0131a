#!/usr/bin/env python
# ruff: noqa: C408, PT028, UP031
import os
import unittest

from flask import Flask
from flask_migrate import Migrate, MigrateCommand
from flask_script import Manager, Shell
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.path.abspath("shop.db")
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = False

db = SQLAlchemy(app)
migrate = Migrate(app, db)
manager = Manager(app)


class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(64), unique=True)


def make_shell_context():
    return dict(app=app, db=db, User=User)


manager.add_command("shell", Shell(make_context=make_shell_context))
manager.add_command("db", MigrateCommand)


@manager.command
def adduser(username):
    """Register a new user."""
    db.session.add(User(username=username))
    db.session.commit()
    print("User %s was registered." % username)


@manager.command
def test(coverage=False):
    """Run the unit tests."""
    tests = unittest.TestSuite()
    result = unittest.TextTestRunner(verbosity=0).run(tests)
    return 0 if result.wasSuccessful() and not coverage else "no coverage here"


if __name__ == "__main__":
    manager.run()
