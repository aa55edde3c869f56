#!/bin/bash
# Rendered by apim-lab from templates/run.sh.hbs; changes are overwritten by the next up.
# The image's entrypoint keeps bash as process 1, which hands no signal on: the server would be killed after the grace period, and
# its embedded databases with it. This stands in front of it and answers a stop with the product's own stop script.

/home/wso2carbon/docker-entrypoint.sh "$@" &
server=$!
trap 'sh /home/wso2carbon/wso2am-acp-4.6.0/bin/key-manager.sh stop' TERM INT
wait "$server"
# A signal ends the wait, not the server.
while kill -0 "$server" 2>/dev/null; do
  wait "$server"
done
# Bash keeps the status of a child that has ended: also of one that did so before anyone waited.
wait "$server"
exit
