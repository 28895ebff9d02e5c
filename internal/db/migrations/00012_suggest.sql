-- +goose Up
-- Whom a member does not want to be suggested, and why. until: 0 for good.
CREATE TABLE suggest_dismissals (
  member_id BIGINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  reason    SMALLINT NOT NULL,
  at        BIGINT NOT NULL,
  until     BIGINT NOT NULL,
  PRIMARY KEY (member_id, peer_id)
) /*clustered*/;
-- Companies, schools, groups … through which a member wants fewer suggestions.
CREATE TABLE suggest_circles (
  member_id BIGINT NOT NULL,
  entity_id BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (member_id, entity_id)
) /*clustered*/;
-- On how many days a member was shown somebody; days are numbers since 1970.
CREATE TABLE suggest_showings (
  member_id BIGINT NOT NULL,
  peer_id   BIGINT NOT NULL,
  days      BIGINT NOT NULL,
  last_day  BIGINT NOT NULL,
  PRIMARY KEY (member_id, peer_id)
) /*clustered*/;
-- To how many a member was shown on a day.
CREATE TABLE suggest_exposures (
  member_id BIGINT NOT NULL,
  day       BIGINT NOT NULL,
  shown     BIGINT NOT NULL,
  PRIMARY KEY (member_id, day)
) /*clustered*/;
