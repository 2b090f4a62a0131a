from erlen import Erlen
from erlen.serving import is_draining

app = Erlen(__name__)


@app.get("/readyz")
def readyz():
    if is_draining():
        return "stopping", 503
    return "ready"
