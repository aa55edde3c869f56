import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {roleOf, type Role} from '../../../src/mini/profiles.js'
import {CA_PEM, NODE} from './pki.js'

export interface Home {
  readonly path: string
  readonly role: Role
  write(file: string, content: string | Buffer): void
  configure(text: string): void
  remove(): void
}

/** A product home in a temporary folder, with a key store and a trust store, and the given configuration. */
export const makeHome = (profile: string | Role, config: string): Home => {
  const role = typeof profile === 'string' ? roleOf(profile) : profile
  const path = mkdtempSync(join(tmpdir(), 'apim-lab-mini-'))
  const write = (file: string, content: string | Buffer) => {
    mkdirSync(dirname(join(path, file)), {recursive: true})
    writeFileSync(join(path, file), content)
  }
  const security = role.product === 'analytics' ? 'resources/security' : 'repository/resources/security'
  write(`${security}/node.pem`, NODE.key + NODE.cert)
  write(`${security}/node.p12`, NODE.pfx)
  write(`${security}/ca.pem`, CA_PEM)
  const configure = (text: string) => write(role.configFile, text)
  configure(config)
  return {path, role, write, configure, remove: () => rmSync(path, {recursive: true, force: true})}
}
