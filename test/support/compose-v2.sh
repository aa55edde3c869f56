#!/bin/sh
# Puts the real `docker compose` on a machine that lacks it, from Debian's unstable suite: only the plugin's binary is unpacked.
set -eu
docker compose version >/dev/null 2>&1 && exit 0
mirror=$(sed -nE 's/^URIs: *([^ ]+\/debian)\/?$/\1/p; s/^deb (\[[^]]*\] )?([^ ]+\/debian)\/? .*/\2/p' \
  /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
[ -n "$mirror" ] || { echo "compose-v2: apt's configuration names no Debian mirror" >&2; exit 1; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
echo "deb $mirror sid main" >"$dir/sources.list"
set -- -qq -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache" -o "Dir::Etc::SourceList=$dir/sources.list" \
  -o Dir::Etc::SourceParts=/nonexistent -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root
apt-get "$@" update
(cd "$dir" && apt-get "$@" download docker-compose)
dpkg-deb -x "$dir"/docker-compose_*.deb "$dir/root"
plugins="${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins"
mkdir -p "$plugins"
cp "$(find "$dir/root" -type f -name docker-compose | head -n 1)" "$plugins/docker-compose"
docker compose version
