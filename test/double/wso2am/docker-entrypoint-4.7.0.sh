#!/bin/bash
# In the order of WSO2's entrypoints of 4.7.0, an image a role: @start@. Only the control plane's heeds PROFILE_NAME. It hands a signal on.
set -e

home=${WSO2_SERVER_HOME:?}
start=@start@

for name in executionplans synapse-configs; do
  folder=$home/repository/deployment/server/$name
  if [ -d "$WORKING_DIRECTORY/wso2-tmp/$name" ] && [ -z "$(ls -A "$folder")" ]; then
    cp -R "$WORKING_DIRECTORY/wso2-tmp/$name"/* "$folder"
  fi
done

if [ "$PROFILE_NAME" = key-manager ] && [ -e "$home/bin/key-manager.sh" ]; then
  echo "Optimizing WSO2 Carbon Server for the profile $PROFILE_NAME" >&2
  sh "$home/bin/profileSetup.sh" "-Dprofile=$PROFILE_NAME"
  start=key-manager.sh
fi

for volume in "$WORKING_DIRECTORY/wso2-config-volume" "$WORKING_DIRECTORY/wso2-artifact-volume"; do
  if [ -d "$volume" ] && [ -n "$(ls -A "$volume")" ]; then
    cp -RL "$volume"/* "$home"/
  fi
done

stop() {
  trap - TERM INT
  echo "Stopping gracefully" >&2
  sh "$home/bin/$start" stop || true
  wait "$server"
  exit 0
}
trap stop TERM INT

sh "$home/bin/$start" "$@" &
server=$!
wait "$server"
