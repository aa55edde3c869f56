import {chmod, chown, mkdir, mkdtemp, rm, statfs, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa, type ResultPromise} from 'execa'
import {eventually} from '../../support/eventually.js'
import {ROOT} from '../../support/lab.js'

const STARTS_WITHIN = 60_000
/** What a command needs of this checkout. */
const PROGRAM = ['bin', 'dist', 'templates', 'node_modules', 'package.json', 'oclif.manifest.json']

/** An engine that is not this machine's own, and the command line against it. Ends with `stop`, which removes what it wrote. */
export class OtherEngine {
  private server: ResultPromise | undefined

  private constructor(
    private readonly folder: string,
    private readonly socket: string,
    private readonly launch: () => ResultPromise,
    private readonly around: readonly string[],
    private readonly program: string,
    private readonly end: () => Promise<void>,
  ) {}

  /** Podman's service, run by root. */
  static async podman(): Promise<OtherEngine> {
    await install('podman', 'catatonit', 'netavark', 'aardvark-dns')
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-podman-'))
    const socket = join(folder, 'podman.sock')
    const {stdout: files} = await execa('bash', ['-c', 'ulimit -Hn | sed s/unlimited/1048576/'])
    // For a machine where limits can't be raised (podman itself keeps to 32768 processes), with Docker's runtime, which knows its control
    // groups, and without any folder of the system's.
    await writeFile(
      join(folder, 'containers.conf'),
      `[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "${folder}/networks"\n[engine]\nruntime = "runc"\n` +
        `[containers]\ndefault_ulimits = ["nofile=${files}:${files}", "nproc=32768:32768"]\n`,
    )
    // Docker drops what bridges forward unless a rule lets it through, and podman has none for a network without a way out.
    const rule = ['FORWARD', '-i', 'podman+', '-o', 'podman+', '-j', 'ACCEPT']
    await execa('iptables', ['-w', '-I', ...rule])
    const flags = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')]
    const launch = () =>
      execa('podman', [...flags, 'system', 'service', '--time=0', `unix://${socket}`], {
        env: {CONTAINERS_CONF: join(folder, 'containers.conf')},
        reject: false,
      }) as ResultPromise
    const end = async () => {
      await execa('iptables', ['-w', '-D', ...rule])
      await execa('umount', ['--quiet', join(folder, 'root/overlay')], {reject: false})
    }
    return started(new OtherEngine(folder, socket, launch, [], ROOT, end))
  }

  /** A Docker engine that an ordinary user runs, on a disk of its own if `room` says how much that has: `2g`. */
  static async rootless({room}: {readonly room?: string} = {}): Promise<OtherEngine> {
    await install('rootlesskit', 'slirp4netns', 'uidmap')
    const user = `apim-lab-${process.pid}`
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-rootless-'))
    await execa('useradd', ['--create-home', '--home-dir', join(folder, 'home'), user])
    const [uid = 0, gid = 0] = await Promise.all(
      ['-u', '-g'].map(async flag => Number((await execa('id', [flag, user])).stdout)),
    )
    await chmod(folder, 0o755)
    const runtime = join(folder, 'run')
    await mkdir(runtime, {mode: 0o700})
    await chown(runtime, uid, gid)
    // A user can't look into a checkout of root's.
    const program = join(folder, 'program')
    await mkdir(program)
    for (const part of PROGRAM) await execa('cp', ['-a', join(ROOT, part), program])
    await chmod('/dev/net/tun', 0o666)
    const disk = join(folder, 'home/disk')
    await mkdir(disk)
    if (room !== undefined) await execa('mount', ['-t', 'tmpfs', '-o', `size=${room}`, 'tmpfs', disk])
    await chown(disk, uid, gid)
    const identity = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', 'env']
    const around = [...identity, `HOME=${folder}/home`, `USER=${user}`, `XDG_RUNTIME_DIR=${runtime}`]
    const path = `${process.env['PATH']}:/usr/sbin:/sbin:/usr/share/docker.io/contrib`
    const [command = '', ...rest] = [...around, `PATH=${path}`, 'dockerd-rootless.sh', '--data-root', disk]
    const launch = () => execa(command, rest, {cwd: join(folder, 'home'), reject: false}) as ResultPromise
    const end = async () => {
      if (room !== undefined) await execa('umount', ['--lazy', disk])
      await execa('userdel', ['--force', user], {reject: false})
    }
    return started(new OtherEngine(folder, join(runtime, 'docker.sock'), launch, around, program, end))
  }

  /** Runs the command line as a user of this engine would. Never throws for an exit status. */
  run(args: readonly string[]) {
    const environment = [
      `DOCKER_HOST=unix://${this.socket}`,
      `XDG_DATA_HOME=${this.dataHome}`,
      'XDG_CONFIG_HOME=/nonexistent',
      'NO_COLOR=1',
    ]
    const command = [...(this.around.length > 0 ? this.around : ['env']), ...environment]
    const [program = 'env', ...rest] = [...command, 'node', join(this.program, 'bin/run.js'), ...args]
    return execa(program, rest, {cwd: tmpdir(), reject: false})
  }

  private get dataHome(): string {
    return join(this.folder, this.around.length > 0 ? 'home/data' : 'data')
  }

  private async answers(): Promise<boolean> {
    const {exitCode = null, signalCode = null} = this.server ?? {}
    if (exitCode !== null || signalCode !== null)
      throw new Error(`the engine ended: ${String((await this.server)?.stderr)}`)
    return (await this.get('/_ping')) === 'OK'
  }

  /** What the engine answers; undefined where it does not. */
  async get(path: string): Promise<string | undefined> {
    const {stdout, exitCode} = await execa('curl', ['-s', '--unix-socket', this.socket, `http://engine${path}`], {
      reject: false,
    })
    return exitCode === 0 ? stdout : undefined
  }

  /** Fills the disk of a rootless engine until so many bytes are left. */
  async fillDisk(left: number): Promise<void> {
    const disk = join(this.folder, 'home/disk')
    const {bavail, bsize} = await statfs(disk)
    await execa('fallocate', ['--length', String(bavail * bsize - left), join(disk, 'ballast')])
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    // What an engine that was ended leaves: its number may be another process's by now, and then the next engine does not start.
    await rm(join(this.folder, 'run/docker.pid'), {force: true})
    this.server = this.launch()
    await eventually('the engine', () => this.answers(), STARTS_WITHIN)
  }

  /** Ends it, and with it all containers that it runs. */
  async halt(): Promise<void> {
    this.server?.kill('SIGTERM')
    await this.server
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    await this.halt()
    await this.end()
    await rm(this.folder, {recursive: true, force: true})
  }
}

async function started(engine: OtherEngine): Promise<OtherEngine> {
  try {
    await engine.start()
    return engine
  } catch (error) {
    await engine.stop()
    throw error
  }
}

/** Installs packages that are missing. */
async function install(...packages: readonly string[]): Promise<void> {
  const {exitCode} = await execa('dpkg', ['-s', ...packages], {reject: false})
  if (exitCode === 0) return
  const env = {DEBIAN_FRONTEND: 'noninteractive'}
  await execa('apt-get', ['-qq', 'update'], {env})
  await execa('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], {env})
}
