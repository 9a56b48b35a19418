-- Keys of the API. distribution: the only one that the key may touch; empty for all. sealed_secret: empty once revoked.
-- revoked: when, in milliseconds; 0 while it holds.
CREATE TABLE access_keys (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    distribution TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    created BIGINT NOT NULL,
    revoked BIGINT NOT NULL
);
