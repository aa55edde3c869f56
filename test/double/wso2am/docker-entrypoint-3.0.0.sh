#!/bin/bash
# In the order of WSO2's entrypoint of 3.0.0: it knows no PROFILE_NAME, so the profile is an argument and nothing is trimmed.
set -e

home=${WSO2_SERVER_HOME:?}
for folder in "$WORKING_DIRECTORY" "$home"; do
  if [ ! -d "$folder" ]; then
    echo "$folder does not exist" >&2
    exit 1
  fi
done

for name in executionplans synapse-configs; do
  folder=$home/repository/deployment/server/$name
  if [ -z "$(ls -A "$folder")" ]; then
    cp -R "$WORKING_DIRECTORY/wso2-tmp/$name"/* "$folder"
  fi
done

for volume in "$WORKING_DIRECTORY/wso2-config-volume" "$WORKING_DIRECTORY/wso2-artifact-volume"; do
  if [ -d "$volume" ] && [ -n "$(ls -A "$volume")" ]; then
    cp -RL "$volume"/* "$home"/
  fi
done

sh "$home/bin/wso2server.sh" "$@"
