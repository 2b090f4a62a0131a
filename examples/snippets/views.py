from erlen import Erlen, request
from erlen.views import MethodView, View

app = Erlen(__name__)
BOOKS = {1: "Emma"}


# [start: view]
class Greeting(View):
    init_every_request = False

    def __init__(self, word):
        self.word = word

    def dispatch_request(self, name):
        return f"{self.word}, {name}!"


app.add_url_rule("/hello/<name>", view_func=Greeting.as_view("hello", "Hello"))
app.add_url_rule("/bye/<name>", view_func=Greeting.as_view("bye", "Goodbye"))
# [end: view]


# [start: methodview]
class BookView(MethodView):
    def get(self, number):
        return {"title": BOOKS[number]}

    def put(self, number):
        BOOKS[number] = request.get_json()["title"]
        return {"title": BOOKS[number]}


app.add_url_rule("/books/<int:number>", view_func=BookView.as_view("book"))
# [end: methodview]
