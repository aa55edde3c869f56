#!/usr/bin/env -S node --import tsx
// Writes the pages of what lint finds, from the rules themselves.
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {allPages} from '../src/lint/pages.ts'

const folder = fileURLToPath(new URL('../docs/lint', import.meta.url))
const pages = allPages()
await mkdir(folder, {recursive: true})
for (const name of await readdir(folder)) if (!(name in pages)) await rm(join(folder, name))
for (const [name, text] of Object.entries(pages)) await writeFile(join(folder, name), text)
