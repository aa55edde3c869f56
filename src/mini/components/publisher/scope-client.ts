import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {Fault} from '../../http/fault.js'
import type {PeerAnswer, PeerRequest} from '../../links/peers.js'
import {StartFailure} from '../../failure.js'

/** A scope as the key manager has it. */
export interface KeyManagerScope {
  readonly name: string
  readonly displayName: string
  readonly description: string
  /** Roles that may have it; empty: everyone. */
  readonly bindings: readonly string[]
}

/** Whose scope it is, and the call that it is about. */
export interface About {
  readonly tenantDomain: string
  readonly correlationId: string
}

/** Scope management at the key manager; every call throws a Fault 503 where it is away or refuses. */
export interface ScopeClient {
  find(name: string, about: About): Promise<KeyManagerScope | undefined>
  /** Registers a scope, or replaces the one of its name. */
  put(scope: KeyManagerScope, about: About): Promise<void>
  /** Removes a scope; one that is not there is fine. */
  remove(name: string, about: About): Promise<void>
}

const MOST_ATTEMPTS = 3

const BASE = '/api/identity/oauth2/v1.0/scopes'
const pathOf = (name: string) => `${BASE}/name/${encodeURIComponent(name)}`

function expect(answer: PeerAnswer, statuses: readonly number[]): PeerAnswer {
  if (statuses.includes(answer.status)) return answer
  throw new Fault(503, `The key manager answered ${answer.status} about a scope`)
}

/** The client of the key manager of the configuration. Throws StartFailure without one. */
export function makeScopeClient({links, peers, config}: NodeContext): ScopeClient {
  const link = links.find(it => it.link.server === 'key-manager' && it.link.kind === 'https')?.link
  if (!link) throw new StartFailure('the publisher needs a key manager for scopes')
  const account = accountAt(config.settings, 'apim.key_manager')
  // The account is the super tenant's: X-WSO2-Tenant says for whom (TenantHeaderInterceptor of carbon-apimgt v6.7.206).
  const ask = (about: About, request: Pick<PeerRequest, 'method' | 'path' | 'json'>) => {
    const {tenantDomain, correlationId} = about
    return peers.ask(link, {...request, account, correlationId, headers: {'x-wso2-tenant': tenantDomain}})
  }
  return {
    find: async (name, about) => {
      const answer = expect(await ask(about, {path: pathOf(name)}), [200, 404])
      if (answer.status === 404) return undefined
      const {displayName, description, bindings} = answer.json() as Partial<KeyManagerScope>
      return {name, displayName: displayName ?? name, description: description ?? '', bindings: bindings ?? []}
    },
    put: async (scope, about) => {
      const {name, ...json} = scope
      for (let attempt = 1; ; attempt++) {
        const {status} = expect(await ask(about, {method: 'POST', path: BASE, json: scope}), [200, 201, 409])
        if (status !== 409) return
        // Between the two it may have been removed: it is made anew then.
        const may = attempt < MOST_ATTEMPTS ? [200, 404] : [200]
        if (expect(await ask(about, {method: 'PUT', path: pathOf(name), json}), may).status === 200) return
      }
    },
    remove: async (name, about) => {
      expect(await ask(about, {method: 'DELETE', path: pathOf(name)}), [200, 204, 404])
    },
  }
}
