import {readFileSync} from 'node:fs'
import {createServer as createHttpServer} from 'node:http'
import {createServer} from 'node:net'
import {parse as parseToml} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import {tryLogin} from '../../src/helper/databases/login.js'
import {accountsIn} from '../../src/lab/links/accounts.js'
import {findRelease, allReleases} from '../../src/model/releases/index.js'
import {DATABASE_SERVERS} from '../../src/model/releases/servers/index.js'

/*
 * Stands where mini can't, since that speaks MySQL alone: logs in wherever the configuration has an account, or ends, and then answers on
 * the ports of its profile, which accept and say nothing. It has no API.
 */

/** What a component is asked for its version on. */
const VERSION_PORT = 9763

async function logIn(config: unknown): Promise<void> {
  for (const server of DATABASE_SERVERS)
    for (const {key, database, ...login} of accountsIn(config, server)) {
      const {ok, detail} = await tryLogin({protocol: server.protocol, ...login}, database)
      console.log(`${key}: ${database} as ${login.user}: ${detail}`)
      if (!ok) process.exit(1)
    }
}

export async function run(): Promise<void> {
  // node, what starts a program, the program.
  const [, , , profile = '', file = ''] = process.argv
  const text = readFileSync(file, 'utf8')
  await logIn(file.endsWith('.toml') ? parseToml(text) : parseYaml(text))
  const {components} = findRelease('3.2.0', allReleases('0.0.0'))
  const spec = components.find(({name, profile: own}) => own === profile || name === `analytics-${profile}`)
  process.on('SIGTERM', () => {
    console.log('SIGTERM: halting')
    process.exit(0)
  })
  for (const {port} of spec?.ports ?? [])
    if (port === VERSION_PORT) createHttpServer((_request, response) => response.end('3.2.0')).listen(port)
    else createServer(socket => socket.destroy()).listen(port)
  console.log(`${profile} stands`)
}
