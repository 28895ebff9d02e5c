-- +goose Up
-- The journal: what happened, in gapless commit order within a part.
CREATE TABLE journal_heads (
  part SMALLINT NOT NULL PRIMARY KEY,
  seq  BIGINT NOT NULL
);
CREATE TABLE journal (
  part    SMALLINT NOT NULL,
  seq     BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  kind    TEXT NOT NULL,
  facets  SMALLINT NOT NULL,
  owner   BIGINT NOT NULL,
  peer    BIGINT NOT NULL,
  ref     BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (part, seq)
) /*clustered*/;
CREATE TABLE journal_cursors (
  follower TEXT NOT NULL,
  part     SMALLINT NOT NULL,
  seq      BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  retry_at BIGINT NOT NULL,
  trouble  TEXT NOT NULL,
  PRIMARY KEY (follower, part)
) /*clustered*/;

-- Deferred and periodic work, leased.
CREATE TABLE tasks (
  id          BIGINT PRIMARY KEY,
  kind        TEXT NOT NULL,
  key         TEXT NOT NULL,
  payload     TEXT NOT NULL,
  run_at      BIGINT NOT NULL,
  attempts    BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  state       SMALLINT NOT NULL,
  trouble     TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  done_at     BIGINT NOT NULL
);
CREATE INDEX tasks_due ON tasks (state, run_at, id);
CREATE UNIQUE INDEX tasks_key ON tasks (kind, key) WHERE key <> '' AND state = 0;

-- Small values of the instance, one row each (node leases, name, marks).
CREATE TABLE settings (
  key     TEXT NOT NULL PRIMARY KEY,
  value   TEXT NOT NULL,
  version BIGINT NOT NULL
);
CREATE TABLE nodes (
  node        SMALLINT NOT NULL PRIMARY KEY,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL
);
