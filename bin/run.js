#!/usr/bin/env node
import {homedir} from 'node:os'
import {fileURLToPath} from 'node:url'
import {load, oclifOf, programName} from './load.js'

const {readFileSync} = process.getBuiltinModule('node:fs')
const root = fileURLToPath(new URL('..', import.meta.url))
const program = programName()

if (program === undefined) {
  console.error('apim-lab is not built yet.\nNext: bin/setup')
  process.exit(1)
}

try {
  homedir()
} catch {
  // A user of a container without a name and HOME: libraries ask for it while they load.
  process.env.HOME = '/nonexistent'
}

const {execute, prepare, settings} = load(program).exports
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

prepare()
settings.enableAutoTranspile = false
Object.assign(pjson.oclif, oclifOf(program))
await execute({loadOptions: {root, pjson, userPlugins: false, devPlugins: false}})
