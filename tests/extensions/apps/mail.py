"""Flask-Mail: messages with parts and attachments, a connection, the signal, a refused header."""

from __future__ import annotations

from flask import Flask, render_template_string, request
from flask_mail import Attachment, BadHeaderError, Mail, Message, email_dispatched

app = Flask(__name__)
app.config.update(MAIL_SUPPRESS_SEND=True, MAIL_DEFAULT_SENDER=("Shop", "shop@example.com"))
mail = Mail(app)
sent = []


@email_dispatched.connect_via(app)
def note(sender, message):
    sent.append(message.subject)


@app.post("/send")
def send():
    message = Message(request.form["subject"], recipients=["jo@example.com"], cc=["al@example.com"])
    message.body = render_template_string("Hello {{ name }}", name="Jö")
    message.html = "<b>Hello</b>"
    message.attach("note.txt", "text/plain", "a note")
    message.msgId = "<id@example.com>"
    message.date = 0
    with mail.record_messages() as outbox:
        mail.send(message)
    return str(outbox[0])


@app.post("/many")
def many():
    with mail.record_messages() as outbox, mail.connect() as connection:
        for number in range(3):
            connection.send(
                Message(
                    f"no {number}",
                    sender="me@example.com",
                    recipients=["jo@example.com"],
                    body=str(number),
                    attachments=[Attachment("a.bin", "application/octet-stream", b"\0\1")],
                )
            )
    return [f"{message.subject} {message.sender}" for message in outbox]


@app.get("/sent")
def all_sent():
    return sent


@app.errorhandler(BadHeaderError)
def bad_header(error):
    return "bad header", 400


REQUESTS = [
    {"path": "/send", "method": "POST", "form": {"subject": "Hi"}},
    {"path": "/send", "method": "POST", "form": {"subject": "Grüße"}},
    {"path": "/send", "method": "POST", "form": {"subject": "a\nBcc: all@example.com"}},
    {"path": "/send", "method": "POST", "form": {}},
    {"path": "/many", "method": "POST"},
    {"path": "/sent"},
]
VOLATILE = [(r"===============\d+==", "<boundary>"), (r"(?m)^Date: .*$", "Date: <date>")]
