from erlen import Erlen

app = Erlen(__name__)


@app.route("/")
def index():
    return "Hello, world!"
