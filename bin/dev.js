#!/usr/bin/env -S node --import tsx
// Runs the sources as they are. The manifest describes the built program, so it is left alone here.
import {Plugin, execute} from '@oclif/core'
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {prepare} from '../src/cli/prepare.ts'

prepare()
const root = fileURLToPath(new URL('..', import.meta.url))
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
pjson.oclif.commands = {strategy: 'pattern', target: './src/commands'}

const plugin = new Plugin({root, pjson, isRoot: true, ignoreManifest: true})
await plugin.load()
await execute({loadOptions: {root, plugins: [plugin]}})
