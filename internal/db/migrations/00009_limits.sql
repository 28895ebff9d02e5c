-- +goose Up
-- Sections that a member closed to one other, whatever their audience. direction: 1
-- the member closed them, 2 they were closed to the member. sections: one bit each,
-- by the section's number.
CREATE TABLE section_limits (
  member_id BIGINT NOT NULL,
  direction SMALLINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  sections  BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  PRIMARY KEY (member_id, direction, peer_id)
) /*clustered*/;
-- Who of the two said how they know each other, and whether the other confirmed it.
-- 0 is the inviter, or nobody where there is no reason.
ALTER TABLE connections ADD COLUMN said_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT FALSE;
