"""What servers and the command ``erlen`` find when they start in this folder."""

from projectname import create_app

app = create_app()
