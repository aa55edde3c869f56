import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {eventually} from '../../support/eventually.js'
import {ROOT} from '../../support/lab.js'
import {docker, type TestLab} from './test-lab.js'

const {version} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {version: string}

/** An image that every lab has. */
export const MINI_IMAGE = `apim-lab/mini:${version}`

const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'

export interface Terminal {
  /** All that was written to it. */
  readonly text: () => string
  readonly type: (keys: string) => void
  readonly shows: (what: RegExp) => Promise<unknown>
  /** Exit status of the command. */
  readonly exitCode: () => Promise<number>
  readonly cursorIsShown: () => boolean
  readonly close: () => Promise<void>
}

/** Runs the command line on a real terminal: the engine has one for every container, and this host may have no tool for it. */
export async function onTerminal(lab: TestLab, args: readonly string[]): Promise<Terminal> {
  const container = await docker.createContainer({
    Image: MINI_IMAGE,
    User: '0',
    Tty: true,
    OpenStdin: true,
    Entrypoint: ['node', join(ROOT, 'bin/run.js'), ...args, '--lab', lab.name],
    WorkingDir: lab.workingDirectory,
    Env: [`XDG_DATA_HOME=${lab.dataHome}`, 'TERM=xterm', 'DOCKER_HOST=unix:///var/run/docker.sock', 'HOME=/tmp'],
    HostConfig: {
      // It asks the host which ports are taken.
      NetworkMode: 'host',
      Binds: [
        `${ROOT}:${ROOT}:ro`,
        `${lab.dataHome}:${lab.dataHome}`,
        `${lab.workingDirectory}:${lab.workingDirectory}`,
        '/var/run/docker.sock:/var/run/docker.sock',
      ],
    },
  })
  const stream = await container.attach({stream: true, stdin: true, stdout: true, stderr: true, hijack: true})
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await container.start()
  return {
    text: () => text,
    type: keys => void stream.write(keys),
    shows: what => eventually(`the terminal shows ${what}, not ${JSON.stringify(text)}`, () => what.test(text), 60_000),
    exitCode: async () => ((await container.wait()) as {StatusCode: number}).StatusCode,
    cursorIsShown: () => text.includes(HIDE_CURSOR) && text.lastIndexOf(SHOW_CURSOR) > text.lastIndexOf(HIDE_CURSOR),
    close: () => container.remove({force: true}) as Promise<void>,
  }
}
