-- +goose Up
-- The truth lives with the receiver.
CREATE TABLE invitations (
  member_id   BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  sender_id   BIGINT NOT NULL,
  state       SMALLINT NOT NULL,
  reason      TEXT NOT NULL,
  sub         TEXT NOT NULL,
  note        TEXT NOT NULL,
  sent_at     BIGINT NOT NULL,
  closed_at   BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (member_id, id)
) /*clustered*/;
CREATE INDEX invitations_state ON invitations (member_id, state, sent_at, id);
CREATE UNIQUE INDEX invitations_open ON invitations (member_id, sender_id) WHERE state = 2;
CREATE INDEX invitations_expiry ON invitations (state, expires_at);
-- Its mirror with the sender shows what the sender may know: silent answers stay pending here.
CREATE TABLE sent_invitations (
  member_id   BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  receiver_id BIGINT NOT NULL,
  state       SMALLINT NOT NULL,
  reason      TEXT NOT NULL,
  sub         TEXT NOT NULL,
  note        TEXT NOT NULL,
  sent_at     BIGINT NOT NULL,
  closed_at   BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (member_id, id)
) /*clustered*/;
CREATE INDEX sent_invitations_state ON sent_invitations (member_id, state, sent_at, id);
CREATE INDEX sent_invitations_receiver ON sent_invitations (member_id, receiver_id, state);
-- mode: 1 released though closed, 2 left out though visible. fact 0 stands for shared connections.
CREATE TABLE invitation_facts (
  member_id     BIGINT NOT NULL,
  invitation_id BIGINT NOT NULL,
  fact_id       BIGINT NOT NULL,
  mode          SMALLINT NOT NULL,
  PRIMARY KEY (member_id, invitation_id, fact_id)
) /*clustered*/;
CREATE TABLE invitation_events (
  member_id     BIGINT NOT NULL,
  invitation_id BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  from_state    SMALLINT NOT NULL,
  to_state      SMALLINT NOT NULL,
  act           TEXT NOT NULL,
  actor_id      BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  PRIMARY KEY (member_id, invitation_id, version)
) /*clustered*/;
CREATE TABLE invitation_replies (
  member_id     BIGINT NOT NULL,
  invitation_id BIGINT NOT NULL,
  id            BIGINT NOT NULL,
  author_id     BIGINT NOT NULL,
  body          TEXT NOT NULL,
  at            BIGINT NOT NULL,
  PRIMARY KEY (member_id, invitation_id, id)
) /*clustered*/;
CREATE TABLE invitation_drafts (
  member_id   BIGINT NOT NULL,
  receiver_id BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  sub         TEXT NOT NULL,
  note        TEXT NOT NULL,
  facts       TEXT NOT NULL,
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (member_id, receiver_id)
) /*clustered*/;
-- A member as receiver and sender: who may invite them; one row, locked while an invitation is sent.
CREATE TABLE inviters (
  member_id BIGINT PRIMARY KEY,
  who       SMALLINT NOT NULL,
  version   BIGINT NOT NULL
);
-- How many answered a sender that they don't know them, by the week of the answer (the Monday's day number).
CREATE TABLE refusals (
  member_id BIGINT NOT NULL,
  monday    BIGINT NOT NULL,
  count     BIGINT NOT NULL,
  PRIMARY KEY (member_id, monday)
) /*clustered*/;
-- until 0: for good.
CREATE TABLE invite_bars (
  member_id BIGINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  cause     SMALLINT NOT NULL,
  until     BIGINT NOT NULL,
  PRIMARY KEY (member_id, peer_id, cause)
) /*clustered*/;
