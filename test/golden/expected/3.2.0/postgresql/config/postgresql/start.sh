#!/bin/bash
# Rendered by apim-lab from templates/postgresql/start.sh.hbs; changes are overwritten by the next up.
# Stands in place of the image's entrypoint. Makes the databases at the first start, accounts and their rights at every start, both on a
# server without TCP; then it becomes the server. A first start that did not finish begins again from nothing.
set -euo pipefail
folder=/etc/apim-lab
scripts=/docker-entrypoint-initdb.d
data=/var/lib/postgresql/data
unfinished=$data/.unfinished
export PGDATA=$data/server

note() { echo "apim-lab: $*"; }

if [ "$(id -u)" = 0 ]; then
  find "$data" ! -user postgres -exec chown -h postgres:postgres {} +
  install -d -o postgres -g postgres /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups bash "$0"
fi

# A killed server leaves them behind, and by now its process number may be another process of this container.
rm -f "$PGDATA/postmaster.pid" /var/run/postgresql/.s.PGSQL.*

# A fault that made the server read-only ends with its run.
[ ! -f "$PGDATA/postgresql.auto.conf" ] || sed -i '/^default_transaction_read_only/d' "$PGDATA/postgresql.auto.conf"

run_sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres --file "$1" >/dev/null; }

is_new=
if [ ! -s "$PGDATA/PG_VERSION" ] || [ -e "$unfinished" ]; then
  is_new=1
  if ! compgen -G "$scripts/*.sql" >/dev/null; then
    note "there are no databases, and no scripts to make them from: apim-lab up makes them" >&2
    exit 1
  fi
  [ ! -e "$unfinished" ] || note "the first start was not finished: it begins again with an empty database"
  : >"$unfinished"
  find "$PGDATA" -mindepth 1 -delete 2>/dev/null || true
  initdb --username=postgres --pwfile=$folder/root-password --encoding=UTF8 --locale=C \
    --auth-local=peer --auth-host=scram-sha-256 --no-sync >/dev/null
fi

# What a first start makes survives the end of the server, not that of the machine: it waits seconds less for the disk.
pg_ctl start --wait --silent --options "-c config_file=$folder/lab.conf -c listen_addresses='' ${is_new:+-c fsync=off}"
trap 'pg_ctl stop --mode=immediate --silent || true' EXIT
if [ -n "$is_new" ]; then
  for script in "$scripts"/*.sql; do
    note "running $script"
    run_sql "$script"
  done
  note "the schema is complete"
fi
run_sql $folder/init.sql
pg_ctl stop --wait --mode=fast --silent
trap - EXIT
rm -f "$unfinished"
exec postgres -c config_file=$folder/lab.conf
