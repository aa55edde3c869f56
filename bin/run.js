#!/usr/bin/env node
import {existsSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const entry = new URL('../dist/execute.js', import.meta.url)

if (!existsSync(entry)) {
  console.error('apim-lab is not built yet.\nNext: bin/setup')
  process.exit(1)
}

const {execute, settings} = await import(entry.href)
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

settings.enableAutoTranspile = false
// The plugins are part of the build (see build.js).
pjson.oclif.plugins = []
pjson.oclif.hooks = {command_not_found: './dist/hooks/command-not-found.js'}
await execute({loadOptions: {root, pjson, userPlugins: false, devPlugins: false}})
