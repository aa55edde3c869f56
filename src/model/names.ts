import {LabError} from '../errors.js'
import type {LabSettings} from './settings.js'

const LAB_NAME = /^[a-z][a-z0-9-]{0,31}$/
const DOMAIN = /^(?=.{1,190}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/** The name, if it is one: it becomes part of container, network, volume, folder and host names. Throws `name-invalid`. */
export function checkLabName(name: string): string {
  if (LAB_NAME.test(name) && !name.endsWith('-')) return name
  throw new LabError(
    'name-invalid',
    `${JSON.stringify(name)} can't name a lab: use a small letter first, then small letters, digits and hyphens, 32 at most.`,
    {next: ['apim-lab up --lab my-lab']},
  )
}

export function isDomain(name: string): boolean {
  return DOMAIN.test(name)
}

export type HostSettings = Pick<LabSettings, 'lab' | 'domain' | 'hosts' | 'host'>

/** By who has host names of their own: how the one of a component is made. */
const HOST_NAMES: Readonly<Record<LabSettings['hosts'], (component: string, settings: HostSettings) => string>> = {
  each: (component, {lab, domain}) => `${component}.${lab}.${domain}`,
  one: (_, {lab, domain, host}) => host || `${lab}.${domain}`,
}

/** Host name of a component as browsers and users see it, and as it is aliased to the load balancer inside the lab. */
export const browserHost = (component: string, settings: HostSettings): string =>
  HOST_NAMES[settings.hosts](component, settings)

export const containerName = (lab: string, node: string): string => `${lab}-${node}`

/** Networks: `lab` joins all, `db` joins the database server and the nodes that have a database. */
export const NETWORKS = {lab: 'lab', db: 'db'} as const

export const resourceName = (lab: string, key: string): string => `${lab}_${key}`

/** The volume that is there only when the seed is whole; the one with its data has this name and something random. */
export const seedName = (hash: string): string => `apim-lab-seed-${hash.slice(0, 12)}`
