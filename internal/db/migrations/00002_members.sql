-- +goose Up
-- Who exists. kind of a claim: handle, email, slug.
CREATE TABLE claims (
  kind     TEXT NOT NULL,
  value    TEXT NOT NULL,
  owner_id BIGINT NOT NULL,
  until    BIGINT NOT NULL,
  PRIMARY KEY (kind, value)
) /*clustered*/;
CREATE TABLE members (
  id         BIGINT PRIMARY KEY,
  handle     TEXT NOT NULL,
  name       TEXT NOT NULL,
  lang       TEXT NOT NULL,
  pronouns   TEXT NOT NULL,
  headline   TEXT NOT NULL,
  location   TEXT NOT NULL,
  picture    TEXT NOT NULL,
  tint       SMALLINT NOT NULL,
  status     SMALLINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX members_away ON members (id) WHERE status <> 1;
CREATE TABLE member_words (
  word      TEXT NOT NULL,
  member_id BIGINT NOT NULL,
  PRIMARY KEY (word, member_id)
) /*clustered*/;
CREATE INDEX member_words_member ON member_words (member_id);

-- Who may see which section: the member's preset, and what differs from it.
CREATE TABLE privacy (
  member_id BIGINT PRIMARY KEY,
  preset    SMALLINT NOT NULL,
  version   BIGINT NOT NULL
);
CREATE TABLE section_audiences (
  member_id BIGINT NOT NULL,
  section   SMALLINT NOT NULL,
  audience  SMALLINT NOT NULL,
  group_id  BIGINT NOT NULL,
  findable  BOOLEAN NOT NULL,
  PRIMARY KEY (member_id, section)
) /*clustered*/;

-- What is comparable: companies, schools, groups, skills …, and who has them when.
CREATE TABLE entities (
  id         BIGINT PRIMARY KEY,
  kind       SMALLINT NOT NULL,
  name       TEXT NOT NULL,
  fold       TEXT NOT NULL,
  slug       TEXT NOT NULL,
  url        TEXT NOT NULL,
  parent_id  BIGINT NOT NULL,
  place_id   BIGINT NOT NULL,
  unlisted   BOOLEAN NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX entities_fold ON entities (kind, fold, id);
CREATE TABLE traits (
  member_id  BIGINT NOT NULL,
  id         BIGINT NOT NULL,
  kind       SMALLINT NOT NULL,
  relation   SMALLINT NOT NULL,
  entity_id  BIGINT NOT NULL,
  role       TEXT NOT NULL,
  body       TEXT NOT NULL,
  place      TEXT NOT NULL,
  from_month BIGINT NOT NULL,
  to_month   BIGINT NOT NULL,
  year_only  BOOLEAN NOT NULL,
  ordinal    BIGINT NOT NULL,
  hidden     BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (member_id, id)
) /*clustered*/;
CREATE TABLE trait_people (
  entity_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  trait_id  BIGINT NOT NULL,
  relation  SMALLINT NOT NULL,
  PRIMARY KEY (entity_id, member_id, trait_id)
) /*clustered*/;
