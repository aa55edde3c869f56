import type {LabSettings} from '../../src/model/settings.js'

/** The lab of each release whose tree is kept whole; of the others, what differs from it. */
const DEFAULTS = 'defaults'

const TOPOLOGIES: Readonly<Record<string, Partial<LabSettings>>> = {
  [DEFAULTS]: {},
  'two-gateways': {components: {gateway: {replicas: 2}}},
  'two-traffic-managers': {components: {'traffic-manager': {replicas: 2}}},
  'no-analytics': {analytics: false},
  'multi-tenant': {multiTenancy: true},
}

/** Of releases with a control plane. */
const TOPOLOGIES_4X: Readonly<Record<string, Partial<LabSettings>>> = {
  [DEFAULTS]: {},
  'two-gateways': {components: {gateway: {replicas: 2}}},
  'two-of-all': {
    components: {
      'control-plane': {replicas: 2},
      'traffic-manager': {replicas: 2},
      gateway: {replicas: 2},
      'key-manager': {replicas: 2},
    },
  },
  'key-manager': {components: {'key-manager': {replicas: 1}}},
}

/** What one release shows for its line: an image for all roles, and an image a role. Several tenants change nothing where gateways have shareddb anyway. */
const ODD_4X: Readonly<Record<string, Partial<LabSettings>>> = {
  'no-traffic-manager': {components: {'traffic-manager': {replicas: 0}, 'control-plane': {replicas: 2}}},
  'local-shareddb': {gatewaySharedDb: false},
}

/** A lab whose rendered files are kept below test/golden/expected. */
export interface GoldenLab {
  readonly release: string
  readonly name: string
  readonly changes: Partial<LabSettings>
}

/** Where the tree of a lab is kept, and where that of its base. */
export const treeOf = ({release, name}: GoldenLab): {readonly path: string; readonly base?: string} => ({
  path: `${release}/${name}`,
  ...(name !== DEFAULTS && {base: `${release}/${DEFAULTS}`}),
})

/** One tree shows them: 3.2.1 is 3.2.0 on another image, and the release with other components has no overlap with the rest. */
const ONE_TREE = ['3.2.1', 'four']

const labsOf = (releases: readonly string[], topologies: typeof TOPOLOGIES): readonly GoldenLab[] =>
  releases.flatMap(release =>
    Object.entries(topologies)
      .filter(([name]) => !ONE_TREE.includes(release) || name === DEFAULTS)
      .map(([name, changes]) => ({release, name, changes})),
  )

/** What every release is rendered as. */
export const LABS: readonly GoldenLab[] = [
  ...labsOf(['mini', '3.0.0', '3.1.0', '3.2.0', '3.2.1', 'four'], TOPOLOGIES),
  ...labsOf(['4.1.0', '4.3.0', '4.4.0', '4.5.0', '4.6.0'], TOPOLOGIES_4X),
  ...labsOf(['4.2.0'], {...TOPOLOGIES_4X, ...ODD_4X}),
  // Its control planes tell others what happens.
  ...labsOf(['4.0.0'], {...TOPOLOGIES_4X, 'no-traffic-manager': ODD_4X['no-traffic-manager']!}),
  // No database of the lab's for two components, but for several tenants.
  ...labsOf(['4.7.0'], {...TOPOLOGIES_4X, ...ODD_4X, 'multi-tenant': {multiTenancy: true}}),
  // The first that has it, and the first with an image a role.
  ...labsOf(['4.3.0', '4.5.0'], {analytics: {analytics: true}}),
  // Its templates are those of 4.4.0.
  ...labsOf(['mini-4'], {
    [DEFAULTS]: {},
    'key-manager': TOPOLOGIES_4X['key-manager']!,
    'no-traffic-manager': ODD_4X['no-traffic-manager']!,
  }),
]

const mounted = (path: string) => ({path, source: `/somewhere/${path}`, sha256: 'a'.repeat(64)})

/** Labs that one release shows for all. */
export const ODD: readonly GoldenLab[] = [
  {
    release: '3.2.0',
    name: 'own-parts',
    changes: {
      analytics: false,
      components: {
        publisher: {
          files: {'/home/wso2carbon/own.txt': mounted('own.txt')},
          patches: {'fix.jar': mounted('fix.jar')},
          dropins: {'lib/own.jar': mounted('lib/own.jar')},
          correlationLogs: true,
        },
      },
      nodes: {'gateway-1': {files: {'/home/wso2carbon/gateway.txt': mounted('gateway.txt')}}},
    },
  },
  {
    release: '4.7.0',
    name: 'other-update-levels',
    changes: {
      components: {gateway: {replicas: 2, image: 'registry.wso2.com/wso2-apim/am-universal-gw:4.7.0.5'}},
      nodes: {'gateway-2': {image: 'registry.wso2.com/wso2-apim/am-universal-gw:4.7.0.9'}},
    },
  },
  {release: '4.7.0', name: 'older-gateway', changes: {components: {gateway: {release: '4.6.0'}}}},
  {release: '3.2.0', name: 'older-gateway', changes: {components: {gateway: {release: '3.1.0'}}, analytics: false}},
  {
    release: 'mini',
    name: 'moved-and-public',
    changes: {components: {gateway: {offset: 3}, 'traffic-manager': {offset: 5}}, publicHttps: 443},
  },
  {
    release: '3.2.0',
    name: 'one-host',
    changes: {hosts: 'one', analytics: false, components: {publisher: {replicas: 2}}},
  },
  {release: 'mini', name: 'one-host-and-public', changes: {hosts: 'one', host: 'apim.example.com', publicHttps: 443}},
  {
    release: '3.2.0',
    name: 'postgresql',
    changes: {
      database: 'postgresql',
      multiTenancy: true,
      postgresqlConfig: {path: 'postgresql.conf', content: 'max_connections = 50\n'},
    },
  },
  {
    release: '4.2.0',
    name: 'one-host-and-public',
    changes: {hosts: 'one', publicHttps: 443, components: {'key-manager': {replicas: 1}}},
  },
  {
    release: 'mini',
    name: 'other-mysql',
    changes: {
      analytics: false,
      mysqlCharset: 'utf8mb4',
      mysqlCollation: 'utf8mb4_general_ci',
      mysqlSqlMode: '',
      mysqlConfig: {path: 'my.cnf', content: '[mysqld]\nmax_connections = 50\n'},
    },
  },
]
