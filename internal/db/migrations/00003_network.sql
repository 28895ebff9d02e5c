-- +goose Up
-- One row a pair of members, (lo, hi): its version serialises everything that
-- happens between the two.
CREATE TABLE pairs (
  lo_id   BIGINT NOT NULL,
  hi_id   BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (lo_id, hi_id)
) /*clustered*/;
CREATE TABLE connections (
  member_id  BIGINT NOT NULL,
  peer_id    BIGINT NOT NULL,
  since      BIGINT NOT NULL,
  reason     TEXT NOT NULL,
  sub        TEXT NOT NULL,
  invited_by BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (member_id, peer_id)
) /*clustered*/;
-- direction: 1 the member did it, 2 it was done to the member.
CREATE TABLE follows (
  member_id BIGINT NOT NULL,
  direction SMALLINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  PRIMARY KEY (member_id, direction, peer_id)
) /*clustered*/;
CREATE TABLE blocks (
  member_id BIGINT NOT NULL,
  direction SMALLINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  PRIMARY KEY (member_id, direction, peer_id)
) /*clustered*/;
