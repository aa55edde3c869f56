#!/bin/sh
# run.sh PROGRAM: Node as a lab's containers run it, here alone, since compiled code and snapshots fit one set of flags.
# run.sh --compile PROGRAM: makes the compiled code of one (start.cjs). run.sh --snapshot: makes what all start from (runtime.cjs).

# A lab's nodes share a few cores: helper threads of a small heap's collector cost more in waiting for one another than they save.
# What calls need while they are on their way has to die young: with 2 MB for that a busy gateway spends a quarter of its time moving it.
# Calls that wait at a gateway's start make V8 take their objects for lasting ones: it then puts those of all later calls where dying is slow,
# for as long as the process lives.
flags='--max-old-space-size=64 --max-semi-space-size=8 --single-threaded-gc --no-allocation-site-pretenuring'
folder=/opt/apim-lab
snapshot=$folder/runtime.blob

# What the processor can do: Node ends at once on a snapshot from a machine that can more or less, as an image that was moved may hold.
processor=
while read -r key _ value; do
  case $key in flags | Features) processor=$value && break ;; esac
done </proc/cpuinfo

if [ "$1" = --snapshot ]; then
  echo "$processor" >"$snapshot.processor"
  # shellcheck disable=SC2086
  exec node $flags --snapshot-blob "$snapshot" --build-snapshot "$folder/runtime.cjs"
fi

if [ -f "$snapshot" ] && read -r made_on <"$snapshot.processor" && [ "$processor" = "$made_on" ]; then
  flags="$flags --snapshot-blob $snapshot"
fi
# shellcheck disable=SC2086
exec node $flags "$folder/start.cjs" "$@"
