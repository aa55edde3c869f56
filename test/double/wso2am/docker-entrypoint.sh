#!/bin/bash
# In the order of WSO2's entrypoint of 3.2.0. Bash stays process 1: it hands no signal on.
set -e

home=${WSO2_SERVER_HOME:?}
for folder in "$WORKING_DIRECTORY" "$home"; do
  if [ ! -d "$folder" ]; then
    echo "$folder does not exist" >&2
    exit 1
  fi
done

# A fresh volume hides what the image has there.
for name in executionplans synapse-configs; do
  folder=$home/repository/deployment/server/$name
  if [ -z "$(ls -A "$folder")" ]; then
    cp -R "$WORKING_DIRECTORY/wso2-tmp/$name"/* "$folder"
  fi
done

if [ -n "$PROFILE_NAME" ]; then
  echo "Optimizing WSO2 Carbon Server for the profile $PROFILE_NAME" >&2
  sh "$home/bin/profileSetup.sh" "-Dprofile=$PROFILE_NAME"
fi

for volume in "$WORKING_DIRECTORY/wso2-config-volume" "$WORKING_DIRECTORY/wso2-artifact-volume"; do
  if [ -d "$volume" ] && [ -n "$(ls -A "$volume")" ]; then
    cp -RL "$volume"/* "$home"/
  fi
done

if [ -n "$PROFILE_NAME" ]; then
  sh "$home/bin/wso2server.sh" "-Dprofile=$PROFILE_NAME" "$@"
else
  sh "$home/bin/wso2server.sh" "$@"
fi
