-- +goose Up
CREATE TABLE accounts (
  member_id  BIGINT PRIMARY KEY,
  email      TEXT NOT NULL,
  password   TEXT NOT NULL,
  role       SMALLINT NOT NULL,
  imported   BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE TABLE sessions (
  member_id  BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  agent      TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (member_id, token_hash)
) /*clustered*/;
-- A registration waits here, by its folded address, until the letter is answered.
CREATE TABLE registrations (
  email      TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL,
  name       TEXT NOT NULL,
  password   TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
-- One-time links: reset, email, signin, owner (member 0 until it is used).
CREATE TABLE account_links (
  member_id  BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  email      TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (member_id, token_hash)
) /*clustered*/;
