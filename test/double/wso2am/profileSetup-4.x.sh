#!/bin/sh
# profileSetup.sh -Dprofile=NAME of 4.x: the configuration that is there goes aside, and the profile's template takes its place.
home=${WSO2_SERVER_HOME:?}
profile=${1#-Dprofile=}
conf=$home/repository/conf
template=$home/repository/resources/conf/deployment-templates/$profile.toml
if [ ! -e "$template" ]; then
  echo "Unknown profile $profile" >&2
  exit 1
fi
# A file that is mounted there could not be moved.
mv "$conf/deployment.toml" "$conf/deployment.toml.backup"
cp "$template" "$conf/deployment.toml"
