#!/usr/bin/env node
// Makes the compile cache of the built program: loads all commands, runs one on an engine that has nothing, and keeps what V8 has
// compiled by then.
import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {cacheOf, load, programName} from './load.js'

/** What the engine answers: lists with nothing in them. */
const answer = path => (path.includes('/volumes') ? {Volumes: []} : [])

const folder = mkdtempSync(join(tmpdir(), 'apim-lab-compile-'))
const socket = join(folder, 'docker.sock')
const engine = createServer(({url}, response) =>
  response.writeHead(200, {'api-version': '1.41', server: 'Docker/20.10.0 (linux)'}).end(JSON.stringify(answer(url))),
)
await new Promise(resolve => engine.listen(socket, resolve))
Object.assign(process.env, {DOCKER_HOST: `unix://${socket}`, HOME: folder, XDG_DATA_HOME: folder})
process.argv.splice(2, Infinity, 'status', '--lab', 'none')

const {file, script, exports} = load(programName())
process.on('exit', () => {
  // One that was written in part may not be seen by a command.
  writeFileSync(`${cacheOf(file)}.new`, script.createCachedData())
  renameSync(`${cacheOf(file)}.new`, cacheOf(file))
  rmSync(folder, {recursive: true, force: true})
  // It is right that there is no such lab.
  process.exitCode = 0
})
Object.values(exports.COMMANDS)
await import('./run.js')
engine.close()
engine.closeAllConnections()
