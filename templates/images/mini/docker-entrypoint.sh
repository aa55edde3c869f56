#!/bin/bash
# The entrypoint of the built-in release, in the order of WSO2's images (docker-apim, branch 3.2.x): home, profile, the configuration
# volume over the home, the artifact volume over the home, the server.
set -e

user_home=${WORKING_DIRECTORY:-/home/wso2carbon}

# One image holds both products' homes.
case "$PROFILE_NAME" in
  worker | dashboard) : "${WSO2_SERVER_HOME:=$user_home/wso2am-analytics-3.2.0}" ;;
  *) : "${WSO2_SERVER_HOME:=$user_home/wso2am-3.2.0}" ;;
esac
export WSO2_SERVER_HOME

for dir in "$user_home" "$WSO2_SERVER_HOME"; do
  if [ ! -d "$dir" ]; then
    echo "${HOSTNAME}: $dir does not exist" >&2
    exit 1
  fi
done

# What the product's profileSetup.sh does with the configuration: the file that was there goes aside and the profile's takes its place
# (mini's is empty). A configuration mounted straight over deployment.toml fails here, as it does there. A restarted container has
# the backup already.
case "$PROFILE_NAME" in
  api-publisher | api-devportal | api-key-manager | gateway-worker | traffic-manager | control-plane | api-key-manager-node)
    conf=$WSO2_SERVER_HOME/repository/conf
    mkdir -p "$conf"
    if [ -f "$conf/deployment.toml" ]; then
      mv "$conf/deployment.toml" "$conf/deployment.toml.backup"
    fi
    : >"$conf/deployment.toml"
    ;;
esac

shopt -s nullglob
for volume in "$user_home/wso2-config-volume" "$user_home/wso2-artifact-volume"; do
  files=("$volume"/*)
  if [ ${#files[@]} -gt 0 ]; then
    cp -RL -- "${files[@]}" "$WSO2_SERVER_HOME"/
  fi
done

# WSO2's script keeps bash as process 1, which passes no SIGTERM on, so every `docker stop` there takes the full grace period. mini
# takes this shell's place and stops at once.
exec /opt/apim-lab/run.sh /opt/apim-lab/mini.cjs
