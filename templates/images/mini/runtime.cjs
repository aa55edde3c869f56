// Makes the snapshot that programs of ours start from (run.sh --snapshot): built-in modules of Node, as they are once they are loaded.
// Debian's Node is built without compiled code of them, and compiled each anew at every start: a quarter of what a node's start costs.
// Those left out (http, tls, ...) hold what Node 20 can't keep in a snapshot.
'use strict'
const KEPT = [
  'buffer',
  'crypto',
  'diagnostics_channel',
  'dns',
  'events',
  'fs',
  'fs/promises',
  'net',
  'os',
  'path',
  'querystring',
  'stream',
  'stream/promises',
  'string_decoder',
  'timers',
  'timers/promises',
  'url',
  'util',
  'zlib',
]

for (const name of KEPT) require(`node:${name}`)

require('node:v8').startupSnapshot.setDeserializeMainFunction(() => {
  require('node:module').createRequire('/opt/apim-lab/')('./start.cjs')
})
