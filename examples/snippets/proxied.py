from werkzeug.middleware.proxy_fix import ProxyFix

from erlen import Erlen, request

app = Erlen(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)


@app.get("/")
def index():
    return f"{request.remote_addr} asked for {request.url}"
