-- +goose Up
-- How a member looks at others: 1 full, 2 semi-private, 3 private; no row: private.
-- Views from before since were made in another mode and name nobody.
CREATE TABLE view_modes (
  member_id BIGINT PRIMARY KEY,
  mode      SMALLINT NOT NULL,
  since     BIGINT NOT NULL,
  version   BIGINT NOT NULL
);
-- Who looked at a member: the latest view of each viewer, never a private one. Days
-- count from 1970; since is the day of the first view. mark orders the views of one
-- day and is drawn at random, so that the order tells no time of day.
CREATE TABLE profile_views (
  member_id BIGINT NOT NULL,
  viewer_id BIGINT NOT NULL,
  day       BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  mode      SMALLINT NOT NULL,
  mark      BIGINT NOT NULL,
  PRIMARY KEY (member_id, viewer_id)
) /*clustered*/;
CREATE INDEX profile_views_newest ON profile_views (member_id, day, mark);
CREATE INDEX profile_views_old ON profile_views (day);
-- The mirror, with the viewer.
CREATE TABLE profile_viewed (
  member_id BIGINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  day       BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  PRIMARY KEY (member_id, peer_id)
) /*clustered*/;
CREATE INDEX profile_viewed_old ON profile_viewed (day);
-- How often a member was looked at on a day, in any mode.
CREATE TABLE profile_view_days (
  member_id BIGINT NOT NULL,
  day       BIGINT NOT NULL,
  seen      BIGINT NOT NULL,
  PRIMARY KEY (member_id, day)
) /*clustered*/;
CREATE INDEX profile_view_days_old ON profile_view_days (day);
-- Whom those who looked at a member looked at too, as reckoned on a Monday.
CREATE TABLE also_viewed (
  member_id BIGINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  place     BIGINT NOT NULL,
  monday    BIGINT NOT NULL,
  PRIMARY KEY (member_id, peer_id)
) /*clustered*/;
CREATE INDEX also_viewed_old ON also_viewed (monday);
-- One row: up to which member a Monday's reckoning has come.
CREATE TABLE also_progress (
  id        SMALLINT NOT NULL PRIMARY KEY,
  monday    BIGINT NOT NULL,
  member_id BIGINT NOT NULL
);
