import * as z from 'zod'
import {DATABASE_SERVERS} from '../releases/servers/index.js'
import {MYSQL_SETTINGS} from '../releases/servers/mysql-settings.js'
import {POSTGRESQL_SETTINGS} from '../releases/servers/postgresql-settings.js'
import {NODE_SETTINGS} from './component-settings.js'
import {setting} from './row.js'
import * as value from './values.js'

export const DEFAULT_LAB = 'apim'

const SERVERS = DATABASE_SERVERS.map(({name}) => name)
const CALLBACKS = "the portals' callback URLs are stored there"

/** What names a lab and its release: both are found before any other setting, and checked where their names are known. */
export const NAMES = {
  lab: setting({
    at: 'name',
    text: 'Name of the lab; part of container and host names',
    schema: value.labName,
    otherwise: DEFAULT_LAB,
    flag: {
      name: 'lab',
      char: 'l',
      env: 'APIM_LAB',
      summary: `Name of the lab; without it the lab file's, else ${DEFAULT_LAB}.`,
    },
  }),
  release: setting({
    at: 'release',
    text: 'Release to run: see `apim-lab releases`',
    schema: value.releaseName,
    otherwise: '3.2.0 where its images can be had, else mini',
    example: 'mini',
    flag: {name: 'release', summary: 'Release to run, such as 3.2.0 or mini.'},
  }),
}

/** Settings of the whole lab, in the order of the lab file. */
export const LAB_SETTINGS = {
  domain: setting({
    at: 'domain',
    text: 'Host names are <component>.<lab>.<domain>; those below localhost resolve in browsers and curl',
    schema: value.domain,
    default: 'localhost',
    stored: CALLBACKS,
  }),
  analytics: setting({
    at: 'analytics',
    text: 'Whether the lab has analytics: the components of 3.x, the log of all calls in 4.x',
    schema: value.flag,
    default: true,
    otherwise: 'true; in 4.x false',
    flag: {name: 'analytics', summary: 'With or without analytics.'},
  }),
  multiTenancy: setting({
    at: 'multiTenancy',
    text: 'Whether the lab is used with several tenants',
    schema: value.flag,
    default: false,
  }),
  gatewaySharedDb: setting({
    at: 'gateway.sharedDb',
    text: 'Whether gateways use shareddb; auto: as the release has it, or with multi-tenancy',
    schema: value.sharedDb,
    default: 'auto',
  }),
  imageRegistry: setting({
    at: 'images.registry',
    text: "Registry of WSO2's images",
    schema: value.registry,
    kept: z.union([z.literal(''), value.registry]),
    default: '',
    otherwise: "the release's own",
    example: 'docker.wso2.com',
  }),
  imageTag: setting({
    at: 'images.tag',
    text: "Tag of WSO2's images: 3.2.0.14",
    schema: value.tag,
    kept: z.union([z.literal(''), value.tag]),
    default: '',
    otherwise: "the release's own",
    example: '3.2.0.14',
  }),
  imageBuild: setting({
    at: 'images.build',
    text: "Images that were built here with `images build --from`: newest, an update level, or the first digits of the zip's SHA-256",
    schema: value.build,
    kept: z.string(),
    value: String,
    default: '',
    otherwise: 'none',
    example: 'newest',
  }),
  imageSuffix: setting({
    at: 'images.variant',
    text: 'Added to the tag: alpine, centos or rocky',
    schema: value.variant,
    kept: z.enum(['', '-alpine', '-centos', '-rocky']),
    value: written => `-${written}` as const,
    default: '',
    otherwise: 'none',
    example: 'alpine',
  }),
  imageNames: setting({
    text: "By the release's image, the built one that stands for it: what images.build means on the engine",
    schema: z.record(value.image, value.image),
    default: {},
    quiet: true,
  }),
  tls: setting({
    at: 'tls',
    text: "Whose certificates the nodes have: lab, or product (those in WSO2's images, expired in 2022)",
    schema: value.tls,
    default: 'lab',
  }),
  small: setting({
    at: 'small',
    text: 'Less memory for each JVM: slower, and large APIs may not fit',
    schema: value.flag,
    default: false,
    flag: {name: 'small'},
  }),
  address: setting({
    at: 'ports.address',
    text: 'IP address of this machine that ports are published on',
    schema: value.address,
    default: '127.0.0.1',
  }),
  portOffset: setting({
    at: 'ports.offset',
    text: `Added to every published port, 0 to ${value.MOST_PORT_OFFSET}, for labs side by side`,
    schema: value.portOffset,
    default: 0,
    flag: {name: 'port-offset'},
    stored: CALLBACKS,
  }),
  publicHttps: setting({
    at: 'ports.public',
    text: 'Port that browsers use for HTTPS, such as 443, before the offset',
    schema: value.publicPort,
    otherwise: "the product's own ports",
    example: 443,
    stored: CALLBACKS,
  }),
  database: setting({
    at: 'database',
    text: `Database server of the lab: ${SERVERS.join(' or ')}; the release mini has ${DATABASE_SERVERS[0].name} alone`,
    schema: value.database(SERVERS),
    default: DATABASE_SERVERS[0].name,
    flag: {name: 'database', summary: `Database server of the lab: ${SERVERS.join(' or ')}.`},
    stored: 'their tables are there',
  }),
  ...MYSQL_SETTINGS,
  ...POSTGRESQL_SETTINGS,
  loadBalancerImage: setting({
    at: 'loadBalancer.image',
    text: 'Image of the load balancer',
    schema: value.image,
    default: 'nginx:1.28',
    quiet: true,
  }),
  hosts: setting({
    at: 'loadBalancer.hosts',
    text: 'each: every component has a host name of its own; one: all share one, as behind a production proxy, and paths tell',
    schema: value.hosts,
    default: 'each',
    stored: CALLBACKS,
  }),
  host: setting({
    at: 'loadBalancer.host',
    text: 'The one host name, with hosts: one',
    schema: value.host,
    kept: z.union([z.literal(''), value.host]),
    default: '',
    otherwise: '<lab>.<domain>',
    example: 'apim.example.com',
    stored: CALLBACKS,
  }),
  overlay: {
    ...NODE_SETTINGS.overlay,
    text: 'TOML file, relative to the lab file, that is merged over every rendered deployment.toml',
    example: 'all.toml',
  },
  remove: {
    ...NODE_SETTINGS.remove,
    text: 'Key paths that no configuration shall have, such as apim.gateway.environment[name=Default]',
  },
}
