import threading
import time

from erlen import Erlen, session
from erlen.sessions import Session, UpdatingStore, register_store


class DictStore(UpdatingStore):
    """Sessions in a dict: what a store of your own has to do."""

    def __init__(self):
        self.records = {}
        self.mutex = threading.Lock()

    def load(self, id):
        record = self.records.get(id)
        return record if record is not None and record.expires > time.time() else None

    def update(self, id, function):
        with self.mutex:  # in one atomic step, to the newest record
            record = function(self.load(id))
            if record is None:
                self.records.pop(id, None)
            else:
                self.records[id] = record


register_store("dict", lambda settings: DictStore())

app = Erlen(__name__)
app.config["SESSION_TYPE"] = "dict"
Session(app)


@app.get("/visits")
def visits():
    session["visits"] = session.get("visits", 0) + 1
    return f"visit {session['visits']}"
