#!/bin/sh
# wso2server.sh [stop] [-Dprofile=NAME] [JVM options]
home=${WSO2_SERVER_HOME:?}
pid_file=$home/wso2carbon.pid

profile=
for argument in "$@"; do
  case $argument in
    stop | --stop | -stop)
      # Like the product's, it does not wait.
      kill -TERM "$(cat "$pid_file")"
      exit
      ;;
    -Dprofile=*) profile=${argument#-Dprofile=} ;;
  esac
done

echo "JVM options: ${JVM_MEM_OPTS:--Xms256m -Xmx1024m} $JAVA_OPTS"

# The embedded databases, which the product makes at its first start.
: >>"$home/repository/database/WSO2CARBON_DB.mv.db"
: >>"$home/repository/database/WSO2MB_DB.mv.db"

components=$home/repository/components
sh /opt/apim-lab/serve.sh "$profile" "$home/repository/conf/deployment.toml" "$pid_file" "$components/dropins" "$components/lib"
