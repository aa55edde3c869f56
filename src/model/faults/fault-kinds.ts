import {CPUS, DELAY, FOLDER, PERCENT, RATE, type FaultValue} from './fault-values.js'

/** Which way what a fault holds up flows: to the server, from it, or both. */
export const DIRECTIONS = ['both', 'to', 'from'] as const
export type Direction = (typeof DIRECTIONS)[number]

/**
 * How a fault is made: by packet filter rules or a relay in the network namespace of a node, by files of its control group, by a folder of its that is laid over, by
 * statements to the database server; `once`: done to the node, and nothing that could be ended.
 */
export type FaultMeans = 'rules' | 'relay' | 'names' | 'cgroup' | 'disk' | 'database' | 'once'

/** A kind of fault. One row is all that is to be known of it: flags, help, checks and texts follow. */
export interface FaultKind {
  /** Its flag, without the hyphens. */
  readonly name: string
  readonly on: 'link' | 'node'
  readonly means: FaultMeans
  readonly value?: FaultValue
  /** Instead of a value: the folder that it acts on. */
  readonly path?: FaultValue<string>
  /** It can be in one direction only. */
  readonly directed?: true
  /** A node has one of them at a time: its end puts back what was before, and would end another one too. */
  readonly single?: true
  /** For help: what happens. */
  readonly summary: string
  /** Without its value, as a row of a list tells it. */
  readonly text: string
}

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'cut',
    on: 'link',
    means: 'rules',
    directed: true,
    summary: 'No packet gets through, and neither side is told: open connections fall silent, new ones get no answer.',
    text: 'cut',
  },
  {
    name: 'reject',
    on: 'link',
    means: 'rules',
    summary: 'New connections are refused at once, those that are open are reset.',
    text: 'rejected',
  },
  {
    name: 'reset',
    on: 'link',
    means: 'rules',
    summary: 'Connections can be made, and are reset at once or when data is sent on them; open ones too.',
    text: 'reset',
  },
  {
    name: 'loss',
    on: 'link',
    means: 'rules',
    value: PERCENT,
    directed: true,
    summary: 'This share of the packets is lost.',
    text: 'packet loss',
  },
  {
    name: 'delay',
    on: 'link',
    means: 'relay',
    value: DELAY,
    directed: true,
    summary: 'Data arrives this much later, in each direction.',
    text: 'delay',
  },
  {
    name: 'rate',
    on: 'link',
    means: 'relay',
    value: RATE,
    directed: true,
    summary: 'All connections of the link together get no more than this, in each direction.',
    text: 'rate',
  },
  {
    name: 'half-open',
    on: 'link',
    means: 'relay',
    summary: 'Connections are accepted and never answered; those that are open fall silent.',
    text: 'half open',
  },
  {
    name: 'pause',
    on: 'node',
    means: 'cgroup',
    single: true,
    summary: 'All of its processes are frozen, as in a long garbage collection.',
    text: 'paused',
  },
  {
    name: 'cpu',
    on: 'node',
    means: 'cgroup',
    single: true,
    value: CPUS,
    summary: 'It gets no more than this many CPUs.',
    text: 'limited to',
  },
  {
    name: 'disk-full',
    on: 'node',
    means: 'disk',
    path: FOLDER,
    summary: 'Nothing more can be written in one of its folders: no space left. What is there can be read.',
    text: 'disk full at',
  },
  {
    name: 'no-dns',
    on: 'node',
    means: 'names',
    summary: 'No name server answers it.',
    text: 'no name server',
  },
  {
    name: 'db-readonly',
    on: 'node',
    means: 'database',
    single: true,
    summary: 'The database server accepts no changes.',
    text: 'databases read-only',
  },
  {
    name: 'kill',
    on: 'node',
    means: 'once',
    summary: 'Its process is killed (SIGKILL); `start` brings it back.',
    text: 'killed',
  },
  {
    name: 'stop',
    on: 'node',
    means: 'once',
    summary: 'It is stopped as in an orderly shutdown; `start` brings it back.',
    text: 'stopped',
  },
  {
    name: 'oom',
    on: 'node',
    means: 'once',
    summary: 'Its memory is used up until the kernel kills it; `start` brings it back.',
    text: 'out of memory',
  },
]

/** The row of a kind that is known to be one. */
export function faultKind(name: string): FaultKind {
  const kind = FAULT_KINDS.find(row => row.name === name)
  if (!kind) throw new Error(`no fault ${name}`)
  return kind
}

/** Seconds that a fault lasts where nobody says how long. */
export const DEFAULT_SECONDS = 60
/** A day: whoever wants more changes the lab. */
export const MOST_SECONDS = 86_400

/** What nobody but a helper can end: another one is to see that it does. Rules of the kernel carry their deadline. */
export const isGuarded = ({means}: FaultKind): boolean => ['cgroup', 'disk', 'database'].includes(means)
