#!/bin/sh
# run.sh [--compile] PROGRAM: Node as a lab's containers run it, here alone, since the compile cache fits one set of flags.
# A lab's nodes share a few cores: helper threads of a small heap's collector cost more in waiting for one another than they save.
exec node --max-old-space-size=64 --max-semi-space-size=2 --single-threaded-gc /opt/apim-lab/start.cjs "$@"
