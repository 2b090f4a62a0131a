from erlen import Erlen, render_template, render_template_string, stream_template

app = Erlen(__name__)


# [start: render]
@app.get("/bill/<int:total>")
def bill(total):
    return render_template("bill.html", total=total)


@app.get("/hello/<name>")
def hello(name):
    return render_template_string("<h1>Hello, {{ name }}!</h1>", name=name)


# [end: render]


# [start: additions]
@app.template_filter()
def money(cents):
    return f"{cents / 100:.2f} €"


@app.template_test()
def large(cents):
    return cents > 10_000


@app.context_processor
def shop():
    return {"shop": "Books & More"}


# [end: additions]


# [start: stream]
@app.get("/rows")
def rows():
    return stream_template("rows.html", rows=range(1000))


# [end: stream]
