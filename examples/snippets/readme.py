from erlen import Erlen, request

app = Erlen(__name__)


@app.get("/hello/<name>")
def hello(name):
    return {"hello": name, "from": request.remote_addr}
