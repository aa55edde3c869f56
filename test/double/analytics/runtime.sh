#!/bin/sh
# @runtime@.sh [stop] [JVM options]
home=${WSO2_SERVER_HOME:?}
pid_file=$home/wso2/@runtime@/runtime.pid

for argument in "$@"; do
  if [ "$argument" = stop ]; then
    kill -TERM "$(cat "$pid_file")"
    exit
  fi
done

echo "JVM options: -Xms256m -Xmx1024m $JAVA_OPTS"

# The embedded databases, which the product makes at its first start.
mkdir -p "$home/wso2/@runtime@/database"
for name in GEO_LOCATION_DATA metrics; do : >>"$home/wso2/@runtime@/database/$name.mv.db"; done

sh /opt/apim-lab/serve.sh @runtime@ "$home/conf/@runtime@/deployment.yaml" "$pid_file" "$home/lib"
