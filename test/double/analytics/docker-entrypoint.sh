#!/bin/bash
# In the order of WSO2's entrypoints of the analytics images: no profile, the two copies, the start script of the one runtime.
set -e

home=${WSO2_SERVER_HOME:?}
for folder in "$WORKING_DIRECTORY" "$home"; do
  if [ ! -d "$folder" ]; then
    echo "$folder does not exist" >&2
    exit 1
  fi
done

for volume in "$WORKING_DIRECTORY/wso2-config-volume" "$WORKING_DIRECTORY/wso2-artifact-volume"; do
  if [ -d "$volume" ] && [ -n "$(ls -A "$volume")" ]; then
    cp -RL "$volume"/* "$home"/
  fi
done

sh "$home/bin/@runtime@.sh" "$@"
