// start.cjs PROGRAM: runs a program of ours from V8's compile cache, which lies beside it. Compiling is most of a node's start.
// start.cjs --compile PROGRAM: makes that cache. It fits one V8 with the same flags; any other compiles as if there were none.
'use strict'
const {existsSync, readFileSync, writeFileSync} = require('node:fs')
const {createRequire} = require('node:module')
const {dirname} = require('node:path')
const {Script} = require('node:vm')

const compile = process.argv[2] === '--compile'
const [file] = process.argv.slice(compile ? 3 : 2)
const cache = `${file}.cache`

// The build made it plain ASCII, in Node's own wrapper of a CommonJS module: to decode or to copy it takes a tenth of a node's start.
const source = readFileSync(file, 'latin1')
const cachedData = !compile && existsSync(cache) ? readFileSync(cache) : undefined
const script = new Script(source, {filename: file, cachedData})
const program = {exports: {}}
script.runInThisContext()(program.exports, createRequire(file), program, file, dirname(file))

if (compile) {
  Promise.resolve(program.exports.loadAll?.()).then(() => writeFileSync(cache, script.createCachedData()))
} else {
  program.exports.run()
}
