DROP TABLE IF EXISTS audit;
DROP TABLE IF EXISTS books;
DROP TABLE IF EXISTS users;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT NOT NULL,
    created_at    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);

CREATE TABLE books (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id   INTEGER NOT NULL REFERENCES users (id),
    title      TEXT NOT NULL,
    author     TEXT NOT NULL,
    year       INTEGER,
    genre      TEXT NOT NULL,
    isbn       TEXT UNIQUE,
    blurb      TEXT NOT NULL DEFAULT '',
    cover      TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);

CREATE INDEX books_by_genre ON books (genre);
CREATE INDEX books_by_owner ON books (owner_id);

-- Written by the receivers of the application's signals. What a book was called stays readable
-- after the book is gone, so there is no foreign key on book_id.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    event   TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id),
    book_id INTEGER,
    detail  TEXT NOT NULL DEFAULT '',
    address TEXT
);

CREATE INDEX audit_by_user ON audit (user_id);
