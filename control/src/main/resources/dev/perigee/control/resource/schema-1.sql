-- One row: the revision of the newest write, and the newest invalidation that all edges have carried out.
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL,
    purge_floor BIGINT NOT NULL
);
INSERT INTO state (id, revision, purge_floor) VALUES (1, 0, 0);

-- What the API creates. name: what must be unique besides the id (CallerReference or Name).
CREATE TABLE resources (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    domain TEXT UNIQUE,
    revision BIGINT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (kind, id),
    UNIQUE (kind, name)
);

CREATE TABLE tags (
    arn TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (arn, name)
);

-- revision is also the position in the ordered log of invalidations. completed: 0 until every edge has carried it out.
CREATE TABLE invalidations (
    id TEXT PRIMARY KEY,
    distribution TEXT NOT NULL,
    reference TEXT NOT NULL,
    revision BIGINT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    paths INTEGER NOT NULL,
    wildcards INTEGER NOT NULL,
    created BIGINT NOT NULL,
    completed BIGINT NOT NULL,
    UNIQUE (distribution, reference)
);
CREATE INDEX invalidations_open ON invalidations (completed, distribution);
