-- +goose Up
-- What receivers saw when they answered an invitation, to learn weights from. seen: strengths in hundredths by row of the weights.
CREATE TABLE invitation_answers (
  member_id     BIGINT NOT NULL,
  invitation_id BIGINT NOT NULL,
  outcome       SMALLINT NOT NULL,
  at            BIGINT NOT NULL,
  seen          TEXT NOT NULL,
  PRIMARY KEY (member_id, invitation_id)
) /*clustered*/;
CREATE INDEX invitation_answers_at ON invitation_answers (at, invitation_id);
-- The one set of learned weights, and whether the keeper wants it used. through 0: nothing was reckoned yet.
CREATE TABLE learned_weights (
  id      BIGINT NOT NULL PRIMARY KEY,
  wanted  SMALLINT NOT NULL,
  through BIGINT NOT NULL,
  result  TEXT NOT NULL
);
