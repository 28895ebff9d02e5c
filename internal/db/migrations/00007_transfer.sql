-- +goose Up
-- Where an imported row came from, so that answers can be compared and a second
-- import finds what the first one made.
CREATE TABLE external_ids (
  source    TEXT NOT NULL,
  kind      TEXT NOT NULL,
  source_id BIGINT NOT NULL,
  local_id  BIGINT NOT NULL,
  owner_id  BIGINT NOT NULL,
  PRIMARY KEY (source, kind, source_id)
) /*clustered*/;
CREATE TABLE imports (
  source   TEXT NOT NULL,
  step     TEXT NOT NULL,
  done     BIGINT NOT NULL,
  finished BOOLEAN NOT NULL,
  PRIMARY KEY (source, step)
) /*clustered*/;
