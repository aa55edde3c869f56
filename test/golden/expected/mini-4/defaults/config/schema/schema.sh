#!/bin/bash
# Rendered by apim-lab from templates/mysql/schema.sh.hbs; changes are overwritten by the next up.
# Runs in the release's own image and hands its schema scripts to MySQL, which runs them once, in order of their names. Where databases
# are made for all labs, it runs in MySQL's image, which is given those scripts.
set -euo pipefail

to=${1:-/schema}
# The mark of a first start that was not finished stays: see start.sh.
find "$to" -mindepth 1 ! -name .unfinished -delete

{
  echo 'CREATE DATABASE IF NOT EXISTS `shareddb` CHARACTER SET latin1;'
  echo 'CREATE DATABASE IF NOT EXISTS `apimgtdb` CHARACTER SET latin1;'
} >"$to/10-databases.sql"

copy() {
  if [ ! -s "$3" ]; then
    echo "schema: this image has no $3, which makes the tables of $2" >&2
    exit 1
  fi
  { printf 'USE `%s`;\n' "$2"; cat "$3"; } >"$to/$1-$2.sql"
}
copy 20 shareddb /home/wso2carbon/wso2am-3.2.0/dbscripts/mysql.sql
copy 21 apimgtdb /home/wso2carbon/wso2am-3.2.0/dbscripts/apimgt/mysql.sql

# Written last: who finds this row over TCP finds a whole schema.
cat >"$to/90-marker.sql" <<'SQL'
CREATE DATABASE apim_lab CHARACTER SET latin1;
CREATE TABLE apim_lab.marker (`release` VARCHAR(64) NOT NULL, completed TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
INSERT INTO apim_lab.marker (`release`) VALUES ('mini-4');
SQL
cat >"$to/95-finished.sh" <<'SH'
rm -f /docker-entrypoint-initdb.d/.unfinished
SH
# MySQL's own user removes the mark.
chmod 0777 "$to"
chmod 0644 "$to"/*
