from erlen import Erlen, session


def create_app(config=None):
    app = Erlen(__name__)
    app.config.from_mapping(SECRET_KEY="dev")
    app.config.from_mapping(config or {})

    @app.get("/")
    def index():
        return f"Hello, {session.get('user', 'stranger')}!"

    @app.post("/login/<user>")
    def login(user):
        session["user"] = user
        return "", 204

    @app.cli.command("init")
    def init():
        print("Ready.")

    return app
