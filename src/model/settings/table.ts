import * as z from 'zod'
import {loadBalancerSpec} from '../infrastructure.js'
import {DATABASE_SERVERS} from '../releases/servers/index.js'
import {LOAD_BALANCER} from '../topology.js'
import {COMPONENT_SETTINGS, NODE_SETTINGS} from './component-settings.js'
import {LAB_SETTINGS, NAMES} from './lab-settings.js'
import type {Setting, Settings} from './row.js'
import {expected} from './values.js'

/** Settings by name: of each component, of each node. */
export interface Group {
  readonly text: string
  readonly rows: Settings
  /** Any text here: which names are right depends on the releases, so it is checked where those are known. */
  readonly name: z.ZodType<string, string>
  /** What the sample shows, from all settings of one name. */
  readonly example: (settings: (name: string) => object) => object
  readonly expected: {readonly error: string}
}

/** A component's setting that the lab file says in another block than `components`. */
export interface PlacedSetting {
  readonly component: string
  readonly key: string
  readonly row: Setting
}

/**
 * All settings. A new one is one row: lab file, its JSON Schema and sample, flag, kept settings and messages follow; what it does is
 * the code that reads it from LabSettings.
 */
export interface SettingsTable {
  readonly names: Settings
  readonly lab: Settings
  readonly placed: readonly PlacedSetting[]
  readonly groups: Readonly<Record<string, Group>>
  /** What the lab file's blocks are about. */
  readonly blocks: Readonly<Record<string, string>>
}

const megabytes = ({memoryMb}: {readonly memoryMb: number}) => `${memoryMb}m`

function memoryOf(component: string, at: string, usual: string): PlacedSetting {
  const row = {...COMPONENT_SETTINGS.memoryMb, at, text: 'Memory: 512m, 2g, or a number of MB'}
  return {component, key: 'memoryMb', row: {...row, otherwise: usual, example: usual}}
}

export const TABLE: SettingsTable = {
  names: NAMES,
  lab: LAB_SETTINGS,
  placed: [
    ...DATABASE_SERVERS.flatMap(({name, container}): readonly PlacedSetting[] => [
      memoryOf(name, `${name}.memory`, megabytes(container)),
      {
        component: name,
        key: 'environment',
        row: {...COMPONENT_SETTINGS.environment, at: `${name}.environment`, example: {TZ: 'UTC'}},
      },
    ]),
    {
      component: LOAD_BALANCER,
      key: 'config',
      row: {
        ...COMPONENT_SETTINGS.config,
        at: 'loadBalancer.config',
        text: "nginx.conf, relative to the lab file, that stands in place of the rendered one. It listens on the lab's ports; certificate and key are in /etc/apim-lab/tls.pem, the authority in /etc/apim-lab/ca.pem",
        example: 'nginx.conf',
      },
    },
    memoryOf(LOAD_BALANCER, 'loadBalancer.memory', megabytes(loadBalancerSpec(''))),
  ],
  groups: {
    components: {
      text: 'Settings of each component, by its name',
      rows: COMPONENT_SETTINGS,
      name: z.string(),
      example: settings => ({gateway: settings('gateway'), 'traffic-manager': {replicas: 1}}),
      expected: expected('a block of components'),
    },
    nodes: {
      text: "Settings of single nodes, by name such as gateway-2: stronger than their component's",
      rows: NODE_SETTINGS,
      name: z.string(),
      example: settings => ({'gateway-1': settings('gateway-1')}),
      expected: expected('a block of nodes'),
    },
  },
  blocks: {
    gateway: 'What concerns all gateways together',
    images: "Where WSO2's images come from",
    ports: 'Where the lab can be reached',
    ...Object.fromEntries(DATABASE_SERVERS.map(({name, title}) => [name, `The database server where it is ${title}`])),
    loadBalancer: 'The load balancer, nginx',
  },
}

/** A place in the lab file: `at` its keys, `to` the setting that they stand for. */
export interface Place {
  readonly at: readonly string[]
  readonly to: readonly string[]
  readonly row: Setting
}

const placesIn = (rows: Settings): readonly Place[] =>
  Object.entries(rows).flatMap(([key, row]) => (row.at === undefined ? [] : [{at: row.at.split('.'), to: [key], row}]))

/** The places of the lab file outside its groups, in its order. */
export const placesOf = ({names, lab, placed}: SettingsTable): readonly Place[] => [
  ...placesIn({...names, ...lab}),
  ...placed.map(({component, key, row}) => ({
    at: (row.at ?? key).split('.'),
    to: ['components', component, key],
    row,
  })),
]

/** The places inside one name of a group. */
export const placesOfGroup = ({rows}: Group): readonly Place[] => placesIn(rows)
