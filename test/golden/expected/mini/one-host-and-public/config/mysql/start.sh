#!/bin/bash
# Rendered by apim-lab from templates/mysql/start.sh.hbs; changes are overwritten by the next up.
# The official image takes a data folder that its first start left half filled for a whole one. This stands in front of its
# entrypoint: what a first start did not finish begins again from nothing. The mark lies beside the schema scripts, whose last one
# removes it: the data folder has to be empty for a first start.
set -euo pipefail
data=/var/lib/mysql
mark=/docker-entrypoint-initdb.d/.unfinished

if [ -e "$mark" ]; then
  echo "apim-lab: the first start was not finished: it begins again with an empty database"
  find "$data" -mindepth 1 -delete
fi
if [ ! -d "$data/mysql" ]; then
  : >"$mark"
fi
exec docker-entrypoint.sh "$@"
