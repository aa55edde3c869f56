// Compares mini's gateway (TLS, a JWT checked, one API) with nginx and with a bare Node process as plain TLS proxies, to the same backend:
// one run, one machine, alternating rounds, medians. Each has one worker. Then a minute of 200 connections: memory must not grow.
import {spawn, type ChildProcess} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {connect, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {execa} from 'execa'
import {makeGatewayLab, mapping} from '../mini/support/gateway-lab.js'
import {NODE} from '../mini/support/pki.js'
import {until} from '../mini/support/until.js'
import {ROOT} from '../support/lab.js'
import {median} from './figures.js'
import {load, memoryOf, steady, type Round, type Side, type Steady} from './wrk.js'

const ROUNDS = 5
const SECONDS = 4
const CONNECTIONS = 32
/** Of nginx's requests a second. */
const LEAST = 0.3
/**
 * Of nginx's p99 at the same rate. With as many calls as each can take, one waits for all that wait before it: who serves a third of nginx's
 * has three times its wait to begin with.
 */
const LONGEST = 3
/** Of what the gateway can: the rate that is judged, and one that is near its end. */
const SHARES = {judged: 0.5, near: 0.8}
const MINUTE = {seconds: 60, connections: 200}
/** When memory is looked at first, and what it may be at the end of the minute in relation to that. */
const SETTLED_MS = 10_000
const MOST_GROWTH = 1.1
const FORGET_MS = 100
const PORTS = [8243, 8280, 9443, 9763, 9099, 8099]

/** Programs that the bench needs, and Debian's packages of them. */
const TOOLS = {nginx: 'nginx-light', wrk: 'wrk'}

const sbin = {env: {PATH: `${process.env.PATH}:/usr/sbin:/sbin`}}

async function ensureTools(): Promise<void> {
  const missing: string[] = []
  for (const [tool, name] of Object.entries(TOOLS)) {
    const {failed} = await execa('which', [tool], {...sbin, reject: false})
    if (failed) missing.push(name)
  }
  if (missing.length === 0) return
  console.log(`installing ${missing.join(' ')} (apt-get)`)
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const install = [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-qq',
    'install',
    '-y',
    '--no-install-recommends',
  ]
  for (const command of [
    ['apt-get', '-qq', 'update'],
    [...install, ...missing],
  ]) {
    const [program = '', ...args] = [...root, ...command]
    await execa(program, args)
  }
}

const isFree = (port: number) =>
  new Promise<boolean>(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)))
  })

const isListening = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => resolve(socket.destroy().destroyed))
  })

const nginxConfig = (folder: string, body: string) => `
# One process, as the gateway is.
master_process off;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  keepalive_requests 1000000;
  ${body}
}
`
const answer = '{"list":[{"name":"Margherita","price":"9.90"},{"name":"Funghi","price":"11.50"}]}'
const BACKEND = 18_881
const NGINX = 18_882
const BARE = 18_883

const folder = await mkdtemp(join(tmpdir(), 'apim-lab-bench-'))
const children: ChildProcess[] = []
const start = (program: string, args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(program, args, {
    env: {...process.env, ...sbin.env, ...env},
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  return child
}
const nginx = async (name: string, body: string) => {
  const own = await mkdtemp(join(folder, `${name}-`))
  await writeFile(join(own, 'nginx.conf'), nginxConfig(own, body))
  return start('nginx', ['-c', join(own, 'nginx.conf')])
}

const show = (name: string, rounds: readonly Round[]): Round => {
  const of = (key: keyof Round) => median(rounds.map(it => it[key]))
  const shown = {perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), cpu: of('cpu')}
  const times = `p50 ${shown.p50.toFixed(2)} ms   p99 ${shown.p99.toFixed(2)} ms   ${shown.cpu.toFixed(0)} us of CPU a call`
  console.log(`${name.padEnd(8)} ${shown.perSecond.toFixed(0).padStart(7)} requests/s   ${times}`)
  return shown
}

/** Calls all sides at the same rate, in turns, and says what calls took: their p99 in milliseconds. */
async function atRate<T extends string>(sides: Readonly<Record<T, Side>>, token: string, rate: number) {
  const names = Object.keys(sides) as T[]
  const rounds = new Map<T, Steady[]>(names.map(name => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, of] of rounds) of.push(await steady(sides[name], token, rate, SECONDS, CONNECTIONS))
  }
  console.log(`at ${rate} requests/s each:`)
  const slowest = new Map<T, number>()
  for (const [name, of] of rounds) {
    const [p50, p99] = [median(of.map(it => it.p50)), median(of.map(it => it.p99))]
    console.log(`${name.padEnd(8)} p50 ${p50.toFixed(2)} ms   p99 ${p99.toFixed(2)} ms`)
    slowest.set(name, p99)
  }
  return (name: T) => slowest.get(name) ?? Number.NaN
}

/** Megabytes when it has settled, and after the minute. */
async function memoryUnderLoad(side: Side, token: string): Promise<readonly [number, number]> {
  const minute = load(side, token, MINUTE.seconds, MINUTE.connections)
  const [settled] = await Promise.all([pause(SETTLED_MS).then(() => memoryOf(side.process)), minute])
  return [settled, await memoryOf(side.process)]
}

/** Says how a figure is in relation to its limit; whether it keeps to it. */
function judge(name: string, value: number, limit: number, most: boolean): boolean {
  const kept = most ? value <= limit : value >= limit
  console.log(`${name} ${value.toFixed(2)} (${most ? 'at most' : 'at least'} ${limit})${kept ? '' : ': missed'}`)
  return kept
}

await ensureTools()
for (const port of PORTS) {
  if (await isFree(port)) continue
  console.error(`port ${port} is taken: the gateway listens on the product's own ports; stop what listens there`)
  process.exit(1)
}
const lab = await makeGatewayLab()
// What counts the calls keeps none: collecting them would take the processor from those that are measured.
setInterval(() => lab.events.splice(0), FORGET_MS).unref()
try {
  await writeFile(join(folder, 'node.crt'), NODE.cert)
  await writeFile(join(folder, 'node.key'), NODE.key)
  await nginx(
    'backend',
    `server { listen 127.0.0.1:${BACKEND}; location / { default_type application/json; return 200 '${answer}'; } }`,
  )
  const proxy = await nginx(
    'proxy',
    `upstream backend { server 127.0.0.1:${BACKEND}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${NGINX} ssl;
    ssl_certificate ${folder}/node.crt;
    ssl_certificate_key ${folder}/node.key;
    location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }`,
  )
  const image = join(ROOT, 'templates/images/mini')
  const flags = (/^flags='(.*)'$/m.exec(await readFile(join(image, 'run.sh'), 'utf8'))?.[1] ?? '').split(' ')
  const gateway = start(process.execPath, [...flags, join(image, 'start.cjs'), join(ROOT, 'dist/mini/main.cjs')], {
    PROFILE_NAME: 'gateway-worker',
    WSO2_SERVER_HOME: lab.home.path,
  })
  const certificate = [join(folder, 'node.key'), join(folder, 'node.crt')]
  const bareProxy = join(ROOT, 'test/bench/bare-proxy.ts')
  const bareArguments = [bareProxy, String(BARE), String(BACKEND), ...certificate]
  const bare = start(process.execPath, [...flags, '--import', 'tsx', ...bareArguments])
  await until('the bare proxy', () => isListening(BARE), 20_000)
  lab.attach(port => port)
  await until(
    'the gateway',
    () =>
      lab.ask(9443, '/health').then(
        it => it.status === 200,
        () => false,
      ),
    20_000,
  )
  const api = await lab.deploy({
    context: '/bench/1.0.0',
    endpoints: {production: `http://localhost:${BACKEND}`},
    urlMappings: [mapping('GET', '/*')],
  })
  const token = lab.token()
  const sides = {
    nginx: {process: proxy, url: `https://localhost:${NGINX}/menu`},
    bare: {process: bare, url: `https://localhost:${BARE}/menu`},
    gateway: {process: gateway, url: `https://localhost:8243${api.context}/menu`},
  }
  const rounds: Record<keyof typeof sides, Round[]> = {nginx: [], bare: [], gateway: []}
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of ['nginx', 'bare', 'gateway'] as const) {
      const measured = await load(sides[name], token, SECONDS, CONNECTIONS)
      // The first round warms all up.
      if (round > 0) rounds[name].push(measured)
    }
  }
  const theirs = show('nginx', rounds.nginx)
  const floor = show('bare', rounds.bare)
  const ours = show('gateway', rounds.gateway)
  const compare = (name: string, to: Round) =>
    console.log(
      `of ${name} requests a second: ${(ours.perSecond / to.perSecond).toFixed(2)}, of its p99: ${(ours.p99 / to.p99).toFixed(2)}`,
    )
  compare("nginx's", theirs)
  compare("the bare proxy's", floor)
  const p99 = await atRate(sides, token, Math.round(ours.perSecond * SHARES.judged))
  await atRate(sides, token, Math.round(ours.perSecond * SHARES.near))
  const [settled, after] = await memoryUnderLoad(sides.gateway, token)
  console.log(
    `memory   ${settled.toFixed(0)} MB after ${SETTLED_MS / 1000} s, ${after.toFixed(0)} MB after ${MINUTE.seconds} s`,
  )
  const kept = [
    judge("of nginx's requests a second:", ours.perSecond / theirs.perSecond, LEAST, false),
    judge("of nginx's p99, at half of the gateway's rate:", p99('gateway') / p99('nginx'), LONGEST, true),
    judge('memory after the minute, of that when it had settled:', after / settled, MOST_GROWTH, true),
  ]
  process.exitCode = kept.every(Boolean) ? 0 : 1
} finally {
  const ended = children.map(
    it => new Promise(resolve => (it.exitCode === null ? it.once('exit', resolve) : resolve(0))),
  )
  for (const it of children) it.kill()
  await Promise.all(ended)
  await lab.close()
  await rm(folder, {recursive: true, force: true})
}
process.exit()
