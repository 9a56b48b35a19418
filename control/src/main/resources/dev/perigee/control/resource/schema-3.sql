-- Certificates for aliases. names: lower-case DNS names, separated by spaces. chain: DER in Base64, its own first, one a
-- line. sealed_key: PKCS#8, sealed. token and request: what makes a repeated request the same one.
CREATE TABLE certificates (
    arn TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    names TEXT NOT NULL,
    key_algorithm TEXT NOT NULL,
    chain TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    validation TEXT NOT NULL,
    token TEXT NOT NULL,
    request TEXT NOT NULL,
    created BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL
);
CREATE INDEX certificates_token ON certificates (token);

-- Which distribution has an alias, in lower case: nobody else can have it.
CREATE TABLE aliases (
    alias TEXT PRIMARY KEY,
    distribution TEXT NOT NULL
);
CREATE INDEX aliases_distribution ON aliases (distribution);
