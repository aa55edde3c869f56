#!/bin/bash
# In the order of WSO2's entrypoint of 3.0.0: the profile is an argument, if any, and nothing is trimmed. The variable of later
# images must not be named here: a lab looks for it to know whether an image heeds it.
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
