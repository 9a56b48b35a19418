-- state: as ACM has it, but that an end is not noted. failure: why there is none (FailureReason). authority: the ACME directory
-- it is from; empty for the local CA and for what was imported. clock_ahead: by how much this system's clock, which decides
-- on renewals, was ahead of the time of the wall when it was issued, in milliseconds.
ALTER TABLE certificates ADD COLUMN state TEXT NOT NULL DEFAULT 'ISSUED';
ALTER TABLE certificates ADD COLUMN failure TEXT NOT NULL DEFAULT '';
ALTER TABLE certificates ADD COLUMN authority TEXT NOT NULL DEFAULT '';
ALTER TABLE certificates ADD COLUMN clock_ahead BIGINT NOT NULL DEFAULT 0;

-- What is under way for a certificate: its first issuance or a renewal. directory, location and sealed_key: of the ACME order in
-- progress, empty without one. attempts: that failed in a row; refusals: those of them that an authority refused. retry_at: by the wall.
CREATE TABLE certificate_orders (
    arn TEXT PRIMARY KEY,
    directory TEXT NOT NULL,
    location TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    retry_at BIGINT NOT NULL,
    last_error TEXT NOT NULL
);

-- The account at each ACME directory; its location is empty until it was registered.
CREATE TABLE acme_accounts (
    directory TEXT PRIMARY KEY,
    location TEXT NOT NULL,
    sealed_key TEXT NOT NULL
);

-- What edges answer to authorities. http-01 has a token and its answer, tls-alpn-01 a certificate and its key.
CREATE TABLE acme_challenges (
    arn TEXT NOT NULL,
    host TEXT NOT NULL,
    token TEXT NOT NULL,
    answer TEXT NOT NULL,
    chain TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    PRIMARY KEY (arn, host)
);
