-- +goose Up
-- What the keeper of the instance adds to the seven reasons: a small reference table. kin is the one of the seven it is a kind of.
CREATE TABLE own_reasons (
  code     TEXT NOT NULL PRIMARY KEY,
  label    TEXT NOT NULL,
  hint     TEXT NOT NULL,
  kin      TEXT NOT NULL,
  retired  SMALLINT NOT NULL,
  made_at  BIGINT NOT NULL,
  version  BIGINT NOT NULL
);
-- Reports of spam, for the keeper. seen_at 0: not yet.
CREATE TABLE invitation_reports (
  member_id     BIGINT NOT NULL,
  invitation_id BIGINT NOT NULL,
  sender_id     BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  seen_at       BIGINT NOT NULL,
  PRIMARY KEY (member_id, invitation_id)
) /*clustered*/;
CREATE INDEX invitation_reports_at ON invitation_reports (at, invitation_id);
INSERT INTO invitation_reports (member_id, invitation_id, sender_id, at, seen_at)
SELECT member_id, id, sender_id, closed_at, 0 FROM invitations WHERE state = 9;
