from erlen import Erlen, session
from erlen.sessions import SessionInterface, SessionMixin


class MemorySession(dict, SessionMixin):
    pass


class MemorySessions(SessionInterface):
    """Keep each session in this process, under the number in the visitor's cookie."""

    opens_on_first_touch = True

    def __init__(self):
        self.kept = []

    def open_session(self, app, request):
        number = request.cookies.get("visitor", type=int)
        if number is None or not 0 <= number < len(self.kept):
            return MemorySession()
        return MemorySession(self.kept[number], number=number)

    def save_session(self, app, session, response):
        number = session.pop("number", None)
        if number is None:
            number = len(self.kept)
            self.kept.append({})
            response.set_cookie("visitor", str(number))
        self.kept[number] = dict(session)


app = Erlen(__name__)
app.session_interface = MemorySessions()


@app.get("/visits")
def visits():
    session["visits"] = session.get("visits", 0) + 1
    return f"visit {session['visits']}"
