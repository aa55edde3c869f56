import {dotted} from '../config/keys.js'
import type {Settings} from '../config/settings.js'
import type {TokenType} from './clients.js'

/** What a node's configuration says of the tokens that it issues. */
export interface TokenRules {
  /** Whether the database gets hashes in place of tokens and secrets: what was issued can't be told again then. */
  readonly hashed: boolean
  /** Whether each request gets a new opaque token, as it always gets a new JWT; the former one is revoked. */
  readonly renewed: boolean
  /** Whether a refresh gives a new refresh token. */
  readonly refreshRenewed: boolean
  /** Grants whose tokens stand beside the former ones of the same client, user and scopes, by type of token. */
  readonly beside: Readonly<Record<TokenType, ReadonlySet<string>>>
}

const NEED = {why: 'it says how tokens are issued', example: 'true or false'}
const GRANTS = {why: 'their tokens do not revoke the former ones', example: '["client_credentials"]'}

/** The default of the product's key, which is about no other grant. */
const BY_DEFAULT: readonly string[] = ['client_credentials']

/** The grants of `[oauth.<type>.renew_token_without_revoking_existing]`. Throws StartFailure for anything but names of grants. */
function besideOf(settings: Settings, type: 'jwt' | 'opaque'): ReadonlySet<string> {
  const table = `oauth.${type}.renew_token_without_revoking_existing`
  if (!settings.flag(dotted(`${table}.enable`), false, NEED)) return new Set()
  const key = dotted(`${table}.allowed_grant_types`)
  const given = settings.value(key) ?? BY_DEFAULT
  if (!Array.isArray(given) || given.some(it => typeof it !== 'string')) {
    throw settings.wrong(key, GRANTS, 'no list of texts')
  }
  return new Set(given as string[])
}

/** Reads the rules; the keys are those of identity.xml of identity-inbound-auth-oauth v6.4.2 and of the product's updates. Throws StartFailure. */
export const readTokenRules = (settings: Settings): TokenRules => {
  const flag = (key: string, usual: boolean) => settings.flag(dotted(key), usual, NEED)
  return {
    hashed: flag('oauth.hash_tokens_and_secrets', false),
    renewed: flag('oauth.token_renewal.renew_access_token_per_request', false),
    refreshRenewed: flag('oauth.token_renewal.renew_refresh_token', true),
    beside: {JWT: besideOf(settings, 'jwt'), OAUTH: besideOf(settings, 'opaque')},
  }
}
