import {z} from 'zod'
import {Fault, missingOperation} from '../../../http/fault.js'
import {storable} from '../../../http/storable.js'
import {RESIDENT_TYPE} from '../../../hub/data.js'
import type {StoredKeyManager} from '../../../oauth/key-manager-store.js'

const address = z.string().max(2048).nullish()
const flag = z.boolean().nullish()

/** KeyManagerDTO of admin-api.yaml, carbon-apimgt v6.7.206. */
export const keyManagerBody = z.object({
  name: storable(100),
  displayName: storable(100).nullish(),
  type: storable(45),
  description: storable(256).nullish(),
  wellKnownEndpoint: address,
  introspectionEndpoint: address,
  clientRegistrationEndpoint: address,
  tokenEndpoint: address,
  revokeEndpoint: address,
  userInfoEndpoint: address,
  authorizeEndpoint: address,
  scopeManagementEndpoint: address,
  certificates: z.object({type: z.enum(['JWKS', 'PEM']).nullish(), value: z.string().max(20_000).nullish()}).nullish(),
  issuer: z.string().max(1000).nullish(),
  availableGrantTypes: z.array(storable(255, 1)).max(100).nullish(),
  enableTokenGeneration: flag,
  enableTokenEncryption: flag,
  enableTokenHashing: flag,
  enableMapOAuthConsumerApps: flag,
  enableOAuthAppCreation: flag,
  enableSelfValidationJWT: flag,
  claimMapping: z
    .array(z.object({remoteClaim: z.string(), localClaim: z.string()}))
    .max(100)
    .nullish(),
  consumerKeyClaim: storable(255).nullish(),
  scopesClaim: storable(255).nullish(),
  tokenValidation: z
    .array(
      z.object({
        id: z.int().nullish(),
        enable: flag,
        type: z.enum(['REFERENCE', 'JWT', 'CUSTOM']).nullish(),
        value: z.unknown(),
      }),
    )
    .max(20)
    .nullish(),
  enabled: flag,
  additionalProperties: z.record(z.string(), z.unknown()).nullish(),
})
export type KeyManagerBody = z.output<typeof keyManagerBody>

/** Fields, and the keys under which CONFIGURATION keeps them: APIConstants.KeyManager. */
const KEPT = {
  wellKnownEndpoint: 'well_known_endpoint',
  introspectionEndpoint: 'introspection_endpoint',
  clientRegistrationEndpoint: 'client_registration_endpoint',
  tokenEndpoint: 'token_endpoint',
  revokeEndpoint: 'revoke_endpoint',
  userInfoEndpoint: 'userinfo_endpoint',
  authorizeEndpoint: 'authorize_endpoint',
  scopeManagementEndpoint: 'scope_endpoint',
  issuer: 'issuer',
  availableGrantTypes: 'grant_types',
  enableTokenGeneration: 'enable_token_generation',
  enableTokenEncryption: 'enable_token_encryption',
  enableTokenHashing: 'enable_token_hash',
  enableMapOAuthConsumerApps: 'enable_map_oauth_consumer_apps',
  enableOAuthAppCreation: 'enable_oauth_app_creation',
  enableSelfValidationJWT: 'self_validate_jwt',
  consumerKeyClaim: 'consumer_key_claim',
  scopesClaim: 'scopes_claim',
} as const satisfies Partial<Record<keyof KeyManagerBody, string>>

const CERTIFICATE = {type: 'certificate_type', value: 'certificate_value'} as const
const TOKENS = 'token_format_string'
const OWN_KEYS = new Set<string>([...Object.values(KEPT), ...Object.values(CERTIFICATE), TOKENS])

const says = (value: unknown) =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)

/** What someone else's key manager may ask for that no gateway of mini does. */
const UNDONE: readonly (readonly [what: string, asked: (given: KeyManagerBody) => boolean])[] = [
  [
    'asks other key managers for tokens: enableSelfValidationJWT has to be true',
    it => it.enableSelfValidationJWT === false,
  ],
  ['maps claims of other key managers (claimMapping)', it => (it.claimMapping ?? []).length > 0],
  [
    'tells the tokens of other key managers apart by anything but their issuer (tokenValidation)',
    it => (it.tokenValidation ?? []).some(({enable, value}) => enable === true && says(value)),
  ],
  ['encrypts or hashes tokens of other key managers', it => Boolean(it.enableTokenEncryption || it.enableTokenHashing)],
]

/** ExceptionCodes.REQUIRED_KEY_MANAGER_CONFIGURATION_MISSING. */
const required = (what: string) =>
  new Fault(400, `Key Manager Configuration value for ${what} is/are required`, {
    code: 901401,
    message: 'Required Key Manager configuration missing',
  })

/** Checks that gateways can tell the tokens of someone else's key manager. Throws a Fault 400 or 501. */
function checkIssuer(given: KeyManagerBody): void {
  const undone = UNDONE.find(([, asked]) => asked(given))
  if (undone) throw missingOperation(`mini never ${undone[0]}`)
  if (!given.issuer) throw required('issuer')
  const {type, value} = given.certificates ?? {}
  if (!type || !value) throw required('certificates')
  if (type === 'JWKS' && !/^https?:\/\//.test(value)) throw required('certificates: a URL of a JWKS')
}

/** Reads a body of someone else's key manager. Throws Faults. */
export function toKeyManager(given: KeyManagerBody, tenantDomain: string): Omit<StoredKeyManager, 'id'> {
  const {name, type} = given
  if (name.trim() === '') {
    throw new Fault(400, 'Key Manager name cannot be empty', {
      code: 901404,
      message: 'Key Manager name cannot be empty',
    })
  }
  if (type.trim() === '' || type === RESIDENT_TYPE) {
    throw new Fault(400, 'Key Manager Type not configured', {code: 901400, message: 'Key Manager Type not configured'})
  }
  checkIssuer(given)
  const kept = Object.entries(KEPT).flatMap(([field, key]) => {
    const value = given[field as keyof typeof KEPT]
    return value === null || value === undefined || value === '' ? [] : [[key, value] as const]
  })
  return {
    name,
    type,
    tenantDomain,
    displayName: given.displayName ?? null,
    description: given.description ?? null,
    enabled: given.enabled ?? true,
    configuration: {
      ...given.additionalProperties,
      self_validate_jwt: true,
      ...Object.fromEntries(kept),
      [CERTIFICATE.type]: given.certificates?.type,
      [CERTIFICATE.value]: given.certificates?.value,
      ...(given.tokenValidation && {[TOKENS]: JSON.stringify(given.tokenValidation)}),
    },
  }
}

function tokenValidationOf(text: unknown): unknown {
  try {
    const list: unknown = typeof text === 'string' ? JSON.parse(text) : []
    return Array.isArray(list)
      ? list.map((it: object) => ({id: null, enable: null, type: null, value: null, ...it}))
      : []
  } catch {
    return []
  }
}

/** KeyManagerDTO: KeyManagerMappingUtil.toKeyManagerDTO. */
export const fromKeyManager = ({configuration: of, ...it}: StoredKeyManager) => ({
  id: it.id,
  name: it.name,
  displayName: it.displayName,
  type: it.type,
  description: it.description,
  ...Object.fromEntries(Object.entries(KEPT).map(([field, key]) => [field, of[key] ?? null])),
  availableGrantTypes: of[KEPT.availableGrantTypes] ?? [],
  certificates: of[CERTIFICATE.type] ? {type: of[CERTIFICATE.type], value: of[CERTIFICATE.value]} : null,
  claimMapping: [],
  tokenValidation: tokenValidationOf(of[TOKENS]),
  enabled: it.enabled,
  additionalProperties: Object.fromEntries(Object.entries(of).filter(([key]) => !OWN_KEYS.has(key))),
})
