-- +goose Up
CREATE TABLE profiles (
  member_id  BIGINT PRIMARY KEY,
  about      TEXT NOT NULL,
  glad       TEXT NOT NULL,
  open_to    BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
-- kind: email, website, phone. An address here is shown, never written to.
CREATE TABLE profile_contacts (
  member_id BIGINT NOT NULL,
  id        BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  value     TEXT NOT NULL,
  ordinal   BIGINT NOT NULL,
  PRIMARY KEY (member_id, id)
) /*clustered*/;
