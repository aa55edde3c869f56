import {z} from 'zod'

/** What an API key says: ApiKeyGenerator and JwtTokenInfoDTO of carbon-apimgt v6.7.206. Without `exp` it is good for ever. */
export const API_KEY_CLAIMS = z.object({
  jti: z.string().min(1),
  iss: z.string(),
  /** `admin@carbon.super`. */
  sub: z.string(),
  keytype: z.enum(['PRODUCTION', 'SANDBOX']),
  iat: z.number(),
  exp: z.number().exactOptional(),
  application: z.object({
    id: z.number(),
    uuid: z.string(),
    name: z.string(),
    owner: z.string(),
    tier: z.string(),
  }),
  subscribedAPIs: z.array(
    z.object({
      name: z.string(),
      /** With the version: `/pizza/1.0.0`. */
      context: z.string(),
      version: z.string(),
      publisher: z.string(),
      subscriptionTier: z.string(),
      subscriberTenantDomain: z.string(),
    }),
  ),
  /** Addresses and networks, separated by commas; empty: any. */
  permittedIP: z.string().optional(),
  permittedReferer: z.string().optional(),
})

export type ApiKeyClaims = z.output<typeof API_KEY_CLAIMS>
