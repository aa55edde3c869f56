#!/bin/sh
# serve.sh PROFILE CONFIG PID_FILE DRIVER_FOLDER...: runs a Node program where the product's script runs a JVM.
profile=$1 config=$2 pid_file=$3
shift 3

# The product finds out when it opens its first datasource.
driver=
for folder in "$@"; do
  for jar in "$folder"/mysql-connector*.jar; do
    if [ -f "$jar" ]; then driver=$jar; fi
  done
done
if [ -z "$driver" ] && grep -v '^ *#' "$config" | grep -q 'jdbc:mysql:'; then
  echo "ERROR - DatabaseUtil java.lang.ClassNotFoundException: com.mysql.cj.jdbc.Driver" >&2
  exit 1
fi

# The environment's PROFILE_NAME is for the entrypoint: the server knows its profile from its arguments alone.
export PROFILE_NAME="$profile"
sh -c 'echo $$ >"$0" && exec node --max-old-space-size=64 --max-semi-space-size=2 "$1/start.cjs" "$1/server.cjs"' "$pid_file" /opt/apim-lab
status=$?
rm -f "$pid_file"
exit "$status"
