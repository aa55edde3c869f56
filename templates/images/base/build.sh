#!/bin/sh
# Writes a minimal Debian as a tar to the standard output: build.sh SUITE MIRROR. Needs root and debootstrap.
# It ends, and leaves nothing behind, when its standard input is closed: also when whoever started it was killed.
set -eu
suite=$1 mirror=$2
PATH=$PATH:/usr/sbin:/sbin
command -v debootstrap >/dev/null || {
  echo "debootstrap is not installed" >&2
  exit 1
}
# Not /tmp: where that is a file system in memory, no device can be made in it.
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/apim-lab-base.XXXXXX")
root=$folder/root
worker='' watcher=''

clean() {
  trap '' TERM INT HUP
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
  if [ -n "$worker" ]; then
    kill -KILL "-$worker" 2>/dev/null || :
    wait "$worker" 2>/dev/null || :
  fi
  umount -l "$root/proc" "$root/sys" 2>/dev/null || :
  # What was killed may still write for a moment.
  rm -rf --one-file-system "$folder" 2>/dev/null || { sleep 1 && rm -rf --one-file-system "$folder"; }
}
trap clean EXIT
trap 'exit 143' TERM INT HUP

exec 3<&0
(
  while read -r _ <&3; do :; done
  kill -TERM $$
) >/dev/null 2>&1 &
watcher=$!

# A session of its own, so that all it started can be ended together; waited for, because a shell answers signals only then.
run() {
  setsid "$@" 3<&- &
  worker=$!
  wait "$worker"
  worker=''
}

# Without certificates apt could install nothing more from an encrypted mirror.
case $mirror in
  https:*) set -- --include=ca-certificates ;;
  *) set -- ;;
esac
run debootstrap --variant=minbase "$@" "$suite" "$root" "$mirror" >&2

# What no container needs.
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/doc/* "$root"/usr/share/man/* \
  "$root"/usr/share/locale/* "$root"/usr/share/info/*
# Nor is it unpacked with what is installed later.
printf 'path-exclude /usr/share/%s/*\n' doc man locale info >"$root/etc/dpkg/dpkg.cfg.d/apim-lab"

run tar --create --numeric-owner --one-file-system --directory "$root" .
