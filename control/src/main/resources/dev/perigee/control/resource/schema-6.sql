-- What is in a key value store, whose row among the resources has the same id. etag: of its pairs, which change without the
-- resource. bytes: of all keys and values in UTF-8.
CREATE TABLE value_stores (
    id TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    keys INTEGER NOT NULL,
    bytes BIGINT NOT NULL,
    modified BIGINT NOT NULL
);
CREATE TABLE value_pairs (
    store TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (store, name)
) WITHOUT ROWID;
