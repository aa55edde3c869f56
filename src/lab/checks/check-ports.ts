import {setTimeout as delay} from 'node:timers/promises'
import {portInUse} from '../../disk/port-in-use.js'
import {portOwner} from '../../disk/port-owner.js'
import {LabError} from '../../errors.js'
import type {Engine, PublishedPort} from '../../engine/engine.js'
import {MOST_PORT_OFFSET, type LabSettings} from '../../model/settings.js'
import {LOAD_BALANCER, type Topology} from '../../model/topology.js'

const ANY = ['0.0.0.0', '::', '']

/** Whether the lab's own load balancer has it. */
type Own = (published: PublishedPort) => boolean

const overlap = (a: string, b: string) => a === b || ANY.includes(a) || ANY.includes(b)

/** Who has the port, unless it is the lab's own load balancer, which gives it back when it is recreated. */
async function ownerOf(port: number, address: string, published: readonly PublishedPort[], own: Own) {
  const other = published.find(candidate => candidate.port === port && overlap(candidate.address, address))
  if (other && own(other)) return undefined
  if (other)
    return {
      lab: other.lab,
      text: other.lab ? `lab ${other.lab} (container ${other.owner})` : `container ${other.owner}`,
      name: other.owner,
    }
  if (await portInUse(address, port)) return {text: (await portOwner(port)) ?? 'another process of this machine'}
  return undefined
}

interface TakenPort {
  readonly port: number
  readonly owner: {readonly text: string; readonly lab?: string | undefined; readonly name?: string}
}

async function takenPorts(
  ports: readonly number[],
  address: string,
  published: readonly PublishedPort[],
  own: Own,
): Promise<readonly TakenPort[]> {
  const owners = await Promise.all(
    ports.map(async port => ({port, owner: await ownerOf(port, address, published, own)})),
  )
  return owners.flatMap(({port, owner}) => (owner ? [{port, owner}] : []))
}

/** The engine gives ports back a moment after a container has ended, and takes them a moment before it shows one that it starts. */
const SETTLED_MS = 2000
const LOOK_AGAIN_MS = 100

/** What is taken, and goes on to be where no container is seen that has it. */
async function takenForGood(
  engine: Pick<Engine, 'publishedPorts'>,
  ports: readonly number[],
  address: string,
  own: Own,
): Promise<{readonly taken: readonly TakenPort[]; readonly published: readonly PublishedPort[]}> {
  const deadline = Date.now() + SETTLED_MS
  for (;;) {
    const published = await engine.publishedPorts()
    const taken = await takenPorts(ports, address, published, own)
    const isSettled = taken.length === 0 || taken.some(({owner}) => owner.name !== undefined)
    if (isSettled || Date.now() > deadline) return {taken, published}
    await delay(LOOK_AGAIN_MS)
  }
}

const OFFSET_STEP = 1000

/** The next offset, in thousands, with which all of these ports are free; undefined where there is none. */
async function freeOffset(
  ports: readonly number[],
  {address, portOffset}: Pick<LabSettings, 'address' | 'portOffset'>,
  published: readonly PublishedPort[],
): Promise<number | undefined> {
  for (let offset = portOffset + OFFSET_STEP; offset <= MOST_PORT_OFFSET; offset += OFFSET_STEP) {
    const moved = ports.map(port => port - portOffset + offset)
    // The lab's own load balancer has other ports now: one that it publishes there is taken like any.
    if ((await takenPorts(moved, address, published, () => false)).length === 0) return offset
  }
  return undefined
}

/** Throws `port-taken`, naming the owner and the way out, if the load balancer could not publish its ports. */
export async function checkPorts(
  engine: Pick<Engine, 'publishedPorts'>,
  {openPorts, settings}: Topology,
): Promise<void> {
  const own: Own = ({lab, node}) => lab === settings.lab && node === LOAD_BALANCER
  const ports = [...new Set(openPorts.map(({port}) => port))]
  const {taken, published} = await takenForGood(engine, ports, settings.address, own)
  const [first] = taken
  if (!first) return
  const {owner, port} = first
  const free = await freeOffset(ports, settings, published)
  throw new LabError('port-taken', `Port ${port} of ${settings.address} is taken by ${owner.text}.`, {
    evidence: taken.slice(1).map(other => `Port ${other.port} is taken by ${other.owner.text}.`),
    next: [
      ...(owner.lab ? [`apim-lab down --lab ${owner.lab}`] : owner.name ? [`docker stop ${owner.name}`] : []),
      ...(free === undefined ? [] : [`apim-lab up --lab ${settings.lab} --port-offset ${free}`]),
    ],
  })
}
