import type {Pool} from 'mysql2/promise'
import type {NodeConfig} from './config/node-config.js'
import type {HubClient} from './hub/hub-client.js'
import {StartFailure} from './failure.js'
import type {PartialApi, Route} from './http/router.js'
import type {KeptLink} from './links/keep-link.js'
import type {Peers} from './links/peers.js'
import type {Log} from './log.js'
import type {HttpHandler} from './ports.js'
import type {Face} from './profiles.js'
import type {Surface} from './server/http-server.js'
import type {Serve} from './wire.js'

/** What a component is made of: its node, and what the node keeps connected for it. */
export interface NodeContext {
  /** The container's host name. */
  readonly node: string
  readonly face: Face
  /** The product home. */
  readonly home: string
  readonly log: Log
  readonly config: NodeConfig
  /** The pool of a database by the product's name for it, such as WSO2AM_DB; undefined where the configuration has none. */
  database(name: string): Pool | undefined
  readonly links: readonly KeptLink[]
  /** HTTPS to the servers of this node's links. */
  readonly peers: Peers
  /** The event hub's client, where several components in one node share it: a link has one user. */
  readonly hub?: HubClient
  /** To be called when `waitingFor` may have changed. */
  readonly changed: () => void
}

/** A database that a component can't do without. Throws StartFailure. */
export function needed({database}: Pick<NodeContext, 'database'>, name: string): Pool {
  const pool = database(name)
  if (!pool) throw new StartFailure(`the component needs the database ${name}`)
  return pool
}

/** What a component adds to the first half that all have: ports, links, databases and health. */
export interface Component {
  /** Routes by kind of port. */
  readonly routes?: Partial<Record<HttpHandler, readonly Route[]>>
  /** Product APIs on the management ports of which it has some operations: the others answer 501. */
  readonly apis?: readonly PartialApi[]
  /** What answers a port itself: the gateway's ports are no set of routes. */
  readonly raw?: Partial<Record<HttpHandler, Surface>>
  /** By the service's name in the table of ports. */
  readonly services?: Readonly<Record<string, Serve>>
  /** What the node still has to wait for before it is ready, besides listeners, databases and links. */
  readonly waitingFor?: () => readonly string[]
  readonly close?: () => Promise<void> | void
}

/** Makes a component; throws StartFailure for a configuration that it can't work with. */
export type MakeComponent = (context: NodeContext) => Component
