-- The newest revision that changed anything but the list of invalidations: what is compiled stays as it is up to there.
ALTER TABLE state ADD COLUMN config_revision BIGINT NOT NULL DEFAULT 0;
UPDATE state SET config_revision = revision;
