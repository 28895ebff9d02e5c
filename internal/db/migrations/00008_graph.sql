-- +goose Up
-- One row: a random word that is another whenever connections change without the
-- journal telling (an import, a repair). What was kept of them before is then void.
CREATE TABLE graph_epoch (
  id    SMALLINT NOT NULL PRIMARY KEY,
  epoch TEXT NOT NULL
);
