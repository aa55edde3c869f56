import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {Fault} from '../../http/fault.js'
import type {PeerAnswer} from '../../links/peers.js'
import {StartFailure} from '../../failure.js'

/** A scope as the key manager has it. */
export interface KeyManagerScope {
  readonly name: string
  readonly displayName: string
  readonly description: string
  /** Roles that may have it; empty: everyone. */
  readonly bindings: readonly string[]
}

/** Scope management at the key manager; every call throws a Fault 503 where it is away or refuses. */
export interface ScopeClient {
  find(name: string): Promise<KeyManagerScope | undefined>
  /** Registers a scope, or replaces the one of its name. */
  put(scope: KeyManagerScope, correlationId?: string): Promise<void>
  /** Removes a scope; one that is not there is fine. */
  remove(name: string, correlationId?: string): Promise<void>
}

const BASE = '/api/identity/oauth2/v1.0/scopes'
const pathOf = (name: string) => `${BASE}/name/${encodeURIComponent(name)}`

const expect = (answer: PeerAnswer, statuses: readonly number[]): PeerAnswer => {
  if (statuses.includes(answer.status)) return answer
  throw new Fault(503, `The key manager answered ${answer.status} about a scope`)
}

/** The client of the key manager of the configuration. Throws StartFailure without one. */
export const makeScopeClient = ({links, peers, config}: NodeContext): ScopeClient => {
  const link = links.find(it => it.link.server === 'key-manager' && it.link.kind === 'https')?.link
  if (!link) throw new StartFailure('the publisher needs a key manager for scopes')
  const account = accountAt(config.settings, 'apim.key_manager')
  return {
    find: async name => {
      const answer = expect(await peers.ask(link, {path: pathOf(name), account}), [200, 404])
      if (answer.status === 404) return undefined
      const {displayName, description, bindings} = answer.json() as Partial<KeyManagerScope>
      return {name, displayName: displayName ?? name, description: description ?? '', bindings: bindings ?? []}
    },
    put: async (scope, correlationId) => {
      const asked = {account, correlationId, json: scope}
      const {status} = expect(await peers.ask(link, {...asked, method: 'POST', path: BASE}), [200, 201, 409])
      if (status !== 409) return
      const {displayName, description, bindings} = scope
      const rest = {displayName, description, bindings}
      expect(await peers.ask(link, {...asked, method: 'PUT', path: pathOf(scope.name), json: rest}), [200])
    },
    remove: async (name, correlationId) => {
      expect(await peers.ask(link, {method: 'DELETE', path: pathOf(name), account, correlationId}), [200, 204, 404])
    },
  }
}
