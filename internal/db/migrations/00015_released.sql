-- +goose Up
-- Of what entry, as it then was, the sender released: 0 for what has no versions, and for what was sent before this column.
ALTER TABLE invitation_facts ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
