#!/bin/bash
# Installs a Java runtime with keytool, where there is none: what the product's JVMs make of our key stores is asked of one.
set -euo pipefail
command -v keytool >/dev/null && exit
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends openjdk-17-jre-headless >/dev/null
