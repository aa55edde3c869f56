#!/bin/sh
# profileSetup.sh -Dprofile=NAME: the configuration that is there goes aside, the profile's template takes its place, and the webapps
# of other profiles are deleted.
home=${WSO2_SERVER_HOME:?}
server=$home/repository/deployment/server
profile=${1#-Dprofile=}

common='client-registration authenticationendpoint accountrecoveryendpoint oauth2 api#identity#consent-mgt#v1.0'
users='api#identity#recovery#v0.9 api#identity#user#v1.0'
case $profile in
  api-key-manager) keep="$common $users api#identity#oauth2#dcr#v1.1 api#identity#oauth2#v1.0 keymanager-operations" ;;
  api-publisher) keep="$common api#am#publisher api#am#admin internal#data#v1" ;;
  api-devportal) keep="$common $users api#am#store api#am#admin internal#data#v1" ;;
  traffic-manager) keep='internal#data#v1' ;;
  gateway-worker) keep='am#sample#pizzashack#v1 api#am#gateway#v1' ;;
  *)
    echo "Unknown profile $profile" >&2
    exit 1
    ;;
esac

conf=$home/repository/conf
template=$home/repository/resources/conf/deployment-templates/$profile.toml
if [ -e "$conf/deployment.toml" ]; then mv "$conf/deployment.toml" "$conf/deployment.toml.backup"; fi
if [ -e "$template" ]; then cp "$template" "$conf/deployment.toml"; fi

for war in "$server"/webapps/*.war; do
  name=$(basename "$war" .war)
  case " $keep " in
    *" $name "*) ;;
    *) rm -rf "$war" ;;
  esac
done

case $profile in
  api-publisher) jaggery='publisher admin' ;;
  api-devportal) jaggery=devportal ;;
  *) jaggery= ;;
esac
for app in "$server"/jaggeryapps/*; do
  case " $jaggery " in
    *" $(basename "$app") "*) ;;
    *) rm -rf "$app" ;;
  esac
done

case $profile in
  api-key-manager | traffic-manager) rm -rf "$server"/synapse-configs/* ;;
esac
