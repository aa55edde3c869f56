// Compares mini's gateway (TLS, a JWT checked, one API) with nginx as a plain TLS proxy, to the same backend: one run, one machine,
// alternating rounds, medians. Both have one worker.
import {spawn, type ChildProcess} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {makeGatewayLab, mapping} from '../mini/support/gateway-lab.js'
import {NODE} from '../mini/support/pki.js'
import {until} from '../mini/support/until.js'
import {ROOT} from '../support/lab.js'
import {median} from './figures.js'

const ROUNDS = 5
const SECONDS = 4
const CONNECTIONS = 32
/** Of nginx's requests a second. */
const LEAST = 0.25
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

interface Round {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Microseconds of CPU that the proxy took for a call. */
  readonly cpu: number
}

/** Seconds of CPU that a process has had: fields 14 and 15 of proc(5), in ticks of 10 ms. */
const cpuOf = async ({pid}: ChildProcess): Promise<number> => {
  const [, after = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')
  const fields = after.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const UNITS: Readonly<Record<string, number>> = {us: 0.001, ms: 1, s: 1000}

async function measure(proxy: ChildProcess, url: string, token: string): Promise<Round> {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--latency', '-H', `Authorization: Bearer ${token}`, url]
  const before = await cpuOf(proxy)
  const {stdout} = await execa('wrk', args)
  const spent = (await cpuOf(proxy)) - before
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every call was answered well:\n${stdout}`)
  const percentile = (name: string) => {
    const [, value = '', unit = ''] = new RegExp(`${name}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? []
    return Number(value) * (UNITS[unit] ?? 1)
  }
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: percentile('50'),
    p99: percentile('99'),
    cpu: (spent * 1e6) / Number(/(\d+) requests in/.exec(stdout)?.[1]),
  }
}

const show = (name: string, rounds: readonly Round[]) => {
  const of = (key: keyof Round) => median(rounds.map(it => it[key]))
  const times = `p50 ${of('p50').toFixed(2)} ms   p99 ${of('p99').toFixed(2)} ms   ${of('cpu').toFixed(0)} us of CPU a call`
  console.log(`${name.padEnd(8)} ${of('perSecond').toFixed(0).padStart(7)} requests/s   ${times}`)
  return of('perSecond')
}

await ensureTools()
for (const port of PORTS) {
  if (await isFree(port)) continue
  console.error(`port ${port} is taken: the gateway listens on the product's own ports; stop what listens there`)
  process.exit(1)
}
const lab = await makeGatewayLab()
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
    gateway: {process: gateway, url: `https://localhost:8243${api.context}/menu`},
  }
  const rounds: Record<keyof typeof sides, Round[]> = {nginx: [], gateway: []}
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of ['nginx', 'gateway'] as const) {
      const measured = await measure(sides[name].process, sides[name].url, token)
      // The first round warms both up.
      if (round > 0) rounds[name].push(measured)
    }
  }
  const theirs = show('nginx', rounds.nginx)
  const ours = show('gateway', rounds.gateway)
  const ratio = ours / theirs
  console.log(`ratio    ${ratio.toFixed(2)} (at least ${LEAST})`)
  process.exitCode = ratio >= LEAST ? 0 : 1
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
