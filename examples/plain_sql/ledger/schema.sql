CREATE TABLE IF NOT EXISTS account (
    name VARCHAR(40) PRIMARY KEY,
    cents INTEGER NOT NULL CHECK (cents >= 0)
);

CREATE TABLE IF NOT EXISTS transfer (
    made_at VARCHAR(40) NOT NULL,
    payer VARCHAR(40) NOT NULL REFERENCES account (name),
    payee VARCHAR(40) NOT NULL REFERENCES account (name),
    cents INTEGER NOT NULL CHECK (cents > 0)
);
