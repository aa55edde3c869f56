#!/bin/bash
# Installs Chromium and a font, where there is none: the pages are looked at in a real browser.
set -euo pipefail
command -v chromium >/dev/null && exit
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
