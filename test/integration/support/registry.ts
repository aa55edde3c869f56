import {createServer} from 'node:net'
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {eventually} from '../../support/eventually.js'

export const USER = 'me'
export const PASSWORD = 'secret'
/** What htpasswd makes of that password. */
const HASH = '$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a'

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const {port} = server.address() as {port: number}
      server.close(() => resolve(port))
    })
  })

/** Unpacks Debian's package: installing it would start a service. */
async function program(folder: string): Promise<string> {
  const download = () => execa('apt-get', ['download', 'docker-registry'], {cwd: folder})
  // A fresh machine has no lists of packages.
  await download().catch(() => execa('apt-get', ['-qq', 'update']).then(download))
  const [file] = (await readdir(folder)).filter(name => name.endsWith('.deb'))
  await execa('dpkg-deb', ['-x', file!, 'program'], {cwd: folder})
  return join(folder, 'program/usr/bin/docker-registry')
}

type Running = Promise<unknown> & {kill(signal: 'SIGKILL'): boolean}

/** Real registries on this machine, with one store: an open one, and one that wants a login. */
export class Registries {
  private constructor(
    readonly folder: string,
    readonly open: string,
    readonly closed: string,
    readonly running: readonly Running[],
  ) {}

  static async start(): Promise<Registries> {
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-registry-'))
    const binary = await program(folder)
    await writeFile(join(folder, 'htpasswd'), `${USER}:${HASH}\n`)
    const auth = `auth: {htpasswd: {realm: lab, path: ${folder}/htpasswd}}\n`
    const serve = async (name: string, more: string) => {
      const address = `127.0.0.1:${await freePort()}`
      const config = join(folder, `${name}.yml`)
      const storage = `storage: {filesystem: {rootdirectory: ${folder}/data}}`
      await writeFile(config, `version: 0.1\nlog: {level: error}\n${storage}\nhttp: {addr: ${address}}\n${more}`)
      const child = execa(binary, ['serve', config], {reject: false, stdout: 'ignore', stderr: 'ignore'})
      await eventually(`${name} registry answers`, async () => (await fetch(`http://${address}/v2/`)).status < 500)
      return [address, child] as const
    }
    const [open, first] = await serve('open', '')
    const [closed, second] = await serve('closed', auth)
    return new Registries(folder, open, closed, [first, second])
  }

  async stop(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL')
    await Promise.all(this.running)
    await rm(this.folder, {recursive: true, force: true})
  }
}
