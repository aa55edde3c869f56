#!/bin/bash
# Rendered by apim-lab from templates/mysql/start.sh.hbs; changes are overwritten by the next up.
# The official image takes a data folder that its first start left half filled for a whole one. This stands in front of its
# entrypoint: what a first start, or a copy of ready-made databases, did not finish begins again from nothing. The mark of a first
# start lies beside the schema scripts, whose last one removes it: the data folder has to be empty for a first start.
set -euo pipefail
data=/var/lib/mysql
scripts=/docker-entrypoint-initdb.d
mark=$scripts/.unfinished
copying=$data/.copying

# The last one is the locally built image's own mark.
if [ -d "$data/mysql" ] && [ ! -e "$mark" ] && [ ! -e "$copying" ] && [ ! -e "$data/.first-start-unfinished" ]; then
  # A first start gives root its password by itself, and could not go on if it had one already.
  exec docker-entrypoint.sh "${@/%init.sql/kept.sql}"
fi
if ! compgen -G "$scripts/*.sql" >/dev/null; then
  echo "apim-lab: there are no databases, and no scripts to make them from: apim-lab up makes them" >&2
  exit 1
fi
if [ -e "$mark" ] || [ -e "$copying" ]; then
  echo "apim-lab: the first start was not finished: it begins again with an empty database"
  : >"$mark"
  find "$data" -mindepth 1 -delete
fi
if [ ! -d "$data/mysql" ]; then
  : >"$mark"
fi
exec docker-entrypoint.sh "$@"
