#!/bin/bash
# Rendered by apim-lab from templates/postgresql/schema.sh.hbs; changes are overwritten by the next up.
# Runs in the release's own image and hands its schema scripts to PostgreSQL, which runs them once, in order of their names.
set -euo pipefail

to=${1:-/schema}
find "$to" -mindepth 1 -delete

# Each database has a role that owns it and one that may read it; accounts are members of them, and nobody else gets in.
database() {
  cat <<SQL
CREATE ROLE "$1" NOLOGIN;
CREATE ROLE "$1_read" NOLOGIN;
CREATE DATABASE "$1" OWNER "$1";
REVOKE ALL ON DATABASE "$1" FROM PUBLIC;
GRANT CONNECT ON DATABASE "$1" TO "$1_read";
\connect "$1"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO "$1";
GRANT USAGE ON SCHEMA public TO "$1_read";
ALTER DEFAULT PRIVILEGES FOR ROLE "$1" IN SCHEMA public GRANT SELECT ON TABLES TO "$1_read";
ALTER DEFAULT PRIVILEGES FOR ROLE "$1" IN SCHEMA public GRANT SELECT ON SEQUENCES TO "$1_read";
SQL
}

{
  echo 'REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;'
  database shareddb
  database apimgtdb
  database statisticsdb
  database permissionsdb
  database dashboarddb
  database businessrulesdb
} >"$to/10-databases.sql"

copy() {
  if [ ! -s "$3" ]; then
    echo "schema: this image has no $3, which makes the tables of $2" >&2
    exit 1
  fi
  { printf '\\connect "%s"\nSET ROLE "%s";\n' "$2" "$2"; cat "$3"; } >"$to/$1-$2.sql"
}
copy 20 shareddb /home/wso2carbon/wso2am-3.2.0/dbscripts/postgresql.sql
copy 21 apimgtdb /home/wso2carbon/wso2am-3.2.0/dbscripts/apimgt/postgresql.sql

# Written last: who finds this row over TCP finds a whole schema.
{
  database apim_lab
  cat <<'SQL'
SET ROLE "apim_lab";
CREATE TABLE marker (release VARCHAR(64) NOT NULL, completed TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
INSERT INTO marker (release) VALUES ('3.2.0');
SQL
} >"$to/90-marker.sql"
chmod 0644 "$to"/*
