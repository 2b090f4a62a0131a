"""Static files with versions, and a log of requests."""

# [start: setup]
from erlen import Erlen, render_template_string
from erlen.assets import UrlManager
from erlen.logging import RequestLog

app = Erlen(__name__)
urls = UrlManager(app)
# [end: setup]

# [start: log]
RequestLog(app)
app.config["LOG_FORMAT"] = "json"
# [end: log]


# [start: use]
@app.get("/")
def index():
    return render_template_string(
        """
        <link rel="stylesheet" href="{{ url_for('static', filename='site.css') }}">
        <script src="{{ build_static_url('/static/site.js') }}"></script>
        <a href="{{ build_url('/about', lang='zh') }}">About</a>
        """
    )


# [end: use]
