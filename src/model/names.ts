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

/** Host name of a component as browsers and users see it, and as it is aliased to the load balancer inside the lab. */
export function browserHost(component: string, settings: Pick<LabSettings, 'lab' | 'domain'>): string {
  return `${component}.${settings.lab}.${settings.domain}`
}

export const containerName = (lab: string, node: string): string => `${lab}-${node}`

/** Networks: `lab` joins all, `db` joins MySQL and the nodes that have a database. */
export const NETWORKS = {lab: 'lab', db: 'db'} as const

export const resourceName = (lab: string, key: string): string => `${lab}_${key}`
