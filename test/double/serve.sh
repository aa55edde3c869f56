#!/bin/sh
# serve.sh PROFILE CONFIG PID_FILE DRIVER_FOLDER...: runs a Node program where the product's script runs a JVM.
profile=$1 config=$2 pid_file=$3
shift 3

uses() { grep -v '^ *#' "$config" | grep -q "jdbc:$1:"; }

# The product finds out when it opens its first datasource.
has_driver() {
  name=$1
  shift
  for folder in "$@"; do
    for jar in "$folder"/$name*.jar; do
      if [ -f "$jar" ]; then return 0; fi
    done
  done
  return 1
}
missing() {
  echo "ERROR - DatabaseUtil java.lang.ClassNotFoundException: $1" >&2
  exit 1
}
if uses mysql && ! has_driver mysql-connector "$@"; then missing com.mysql.cj.jdbc.Driver; fi
if uses postgresql && ! has_driver postgresql "$@"; then missing org.postgresql.Driver; fi

# mini speaks MySQL alone. A gateway without tenants has no database, and is mini in any lab.
server=server
if uses postgresql; then server=standing; fi

# The environment's PROFILE_NAME is for the entrypoint: the server knows its profile from its arguments alone.
export PROFILE_NAME="$profile"
sh -c 'echo $$ >"$0" && exec node --max-old-space-size=64 --max-semi-space-size=2 "$1/start.cjs" "$1/$2.cjs" "$3" "$4"' \
  "$pid_file" /opt/apim-lab "$server" "$profile" "$config"
status=$?
rm -f "$pid_file"
exit "$status"
