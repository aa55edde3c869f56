#!/bin/bash
# The entrypoint contract of the official MySQL image, as far as a lab needs it.
set -eo pipefail
shopt -s nullglob

data=/var/lib/mysql
# Made before the first file and removed after the last init script: a first start that failed begins again from nothing.
unfinished=$data/.first-start-unfinished
scripts=/docker-entrypoint-initdb.d
pid_file=/var/run/mysqld/mysqld.pid

note() { echo "[entrypoint] $*"; }
fail() {
  echo "[entrypoint] ERROR: $*" >&2
  exit 1
}

# The variable $1 from the environment or from the file that $1_FILE names.
file_env() {
  local var=$1 file=${1}_FILE value
  [[ -z ${!file} ]] && return
  [[ -z ${!var} ]] || fail "both $var and $file are set: set one of them"
  value=$(<"${!file}") || fail "$file: cannot read ${!file}"
  export "$var=$value"
  unset "$file"
}

literal() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}

identifier() { echo "\`${1//\`/\`\`}\`"; }

# SQL from the standard input, as root over the socket. Init scripts that are sourced may call it too, with arguments.
# shellcheck disable=SC2119,SC2120
docker_process_sql() {
  mysql --defaults-extra-file=<(printf '[client]\npassword="%s"\n' "${root_password//\\/\\\\}") \
    --protocol=socket -hlocalhost -uroot ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"} "$@"
}

sql_text() { if [[ $1 == *.gz ]]; then gzip -dc "$1"; else cat "$1"; fi; }

# shellcheck disable=SC2119
# mysql tells only the line at which the failing statement begins: the log gets its text too.
run_sql() {
  local errors line
  errors=$(mktemp)
  if sql_text "$1" | docker_process_sql 2>"$errors"; then
    cat "$errors" >&2
    rm -f "$errors"
    return
  fi
  cat "$errors" >&2
  line=$(sed -n 's/^ERROR [0-9]* .*at line \([0-9]*\).*/\1/p' "$errors" | head -n 1)
  if [[ -n $line ]]; then
    echo "[entrypoint] $1, line $line:" >&2
    sql_text "$1" | sed -n "$line,\$p" | sed '/;[[:space:]]*$/q' | head -n 20 >&2 || true
  fi
  fail "$1 failed"
}

# shellcheck disable=SC1090
run_script() {
  note "running $1"
  case $1 in
    *.sh)
      if [[ -x $1 ]]; then "$1" || fail "$1 ended with exit code $?"; else . "$1"; fi ;;
    *.sql | *.sql.gz) run_sql "$1" ;;
    *) note "ignoring $1: neither .sh, .sql nor .sql.gz" ;;
  esac
}

accounts() {
  if [[ -n $MYSQL_ROOT_PASSWORD ]]; then
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(literal "$MYSQL_ROOT_PASSWORD");"
  fi
  local host=${MYSQL_ROOT_HOST-%}
  if [[ -n $host && $host != localhost ]]; then
    echo "CREATE USER 'root'@$(literal "$host") IDENTIFIED BY $(literal "$MYSQL_ROOT_PASSWORD");"
    echo "GRANT ALL ON *.* TO 'root'@$(literal "$host") WITH GRANT OPTION;"
  fi
  if [[ -n $MYSQL_DATABASE ]]; then
    echo "CREATE DATABASE IF NOT EXISTS $(identifier "$MYSQL_DATABASE");"
  fi
  if [[ -n $MYSQL_USER ]]; then
    echo "CREATE USER $(literal "$MYSQL_USER")@'%' IDENTIFIED BY $(literal "$MYSQL_PASSWORD");"
    # A name in GRANT is a pattern: its underscore must not match any letter.
    if [[ -n $MYSQL_DATABASE ]]; then
      echo "GRANT ALL ON $(identifier "${MYSQL_DATABASE//_/\\_}").* TO $(literal "$MYSQL_USER")@'%';"
    fi
  fi
}

check_settings() {
  if [[ -z $MYSQL_ROOT_PASSWORD && -z $MYSQL_ALLOW_EMPTY_PASSWORD ]]; then
    fail 'the database is new and no root password is given: set MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE'
  fi
  [[ $MYSQL_USER != root ]] || fail 'MYSQL_USER is for another account than root'
  [[ -z $MYSQL_USER || -n $MYSQL_PASSWORD ]] || fail "MYSQL_USER is set, and MYSQL_PASSWORD is not"
}

# shellcheck disable=SC2119
first_start() {
  local started=${EPOCHREALTIME/./} script pid
  trap '[[ $? == 0 ]] || note "the first start failed: the next one begins again with an empty database"' EXIT
  if [[ -e $unfinished ]]; then
    find "$data" -mindepth 1 ! -path "$unfinished" ! -path "$data/lost+found" -delete
  fi
  : >"$unfinished"
  tar --extract --gzip --file /usr/share/mysql-first-data.tar.gz --directory "$data"

  note 'starting a server without TCP for the first start'
  "$@" --daemonize --skip-networking || fail 'the server did not start'
  pid=$(<"$pid_file")

  root_password=
  MYSQL_DATABASE='' docker_process_sql < <(accounts) || fail 'the accounts could not be made'
  root_password=$MYSQL_ROOT_PASSWORD
  for script in "$scripts"/*; do run_script "$script"; done

  # The official image says so in these words: who waits for the schema alone need not wait for the next server.
  note 'Stopping temporary server'
  kill "$pid"
  tail --pid="$pid" --sleep-interval=0.02 -f /dev/null
  rm "$unfinished"
  note "first start done in $(((${EPOCHREALTIME/./} - started) / 1000)) ms"
}

[[ ${1:0:1} != - ]] || set -- mysqld "$@"
[[ $1 == mysqld ]] || exec "$@"
for option in "$@"; do
  case $option in --help | -\? | --version | -V | --print-defaults) exec "$@" ;; esac
done

file_env MYSQL_ROOT_PASSWORD
file_env MYSQL_DATABASE
file_env MYSQL_USER
file_env MYSQL_PASSWORD
file_env MYSQL_ROOT_HOST

if [[ $(id -u) == 0 ]]; then
  find "$data" ! -user mysql -exec chown -h mysql:mysql {} +
  exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
fi

# A server that was killed leaves its locks, and by now their process number may be another process of this container.
rm -f /var/run/mysqld/*.lock

contents=("$data"/*)
if [[ -e $unfinished || ${#contents[@]} == 0 || ${contents[*]} == "$data/lost+found" ]]; then
  [[ ! -e $unfinished ]] || note 'the first start was not finished: it begins again with an empty database'
  check_settings
  # In the background, because bash answers a signal only while it waits.
  trap 'exit 143' TERM INT
  first_start "$@" &
  wait $!
  trap - TERM INT
fi

unset MYSQL_ROOT_PASSWORD MYSQL_PASSWORD
exec "$@"
