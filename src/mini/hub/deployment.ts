import type {ApiData, CustomPolicyData, PolicyData} from './data.js'

/**
 * Pushes to 9443. The product does them with SOAP (APIGatewayAdmin on a gateway, EventProcessorAdminService on a traffic manager, both
 * appended to a service_url that ends in `/services/`); mini posts JSON to the same paths, with the environment's account.
 */
export const GATEWAY_ADMIN = 'APIGatewayAdmin'
export const POLICY_ADMIN = 'EventProcessorAdminService'

/** Everything that a gateway needs to serve an API. */
export interface ApiArtifact extends ApiData {
  /** Hash of the rest: a gateway that has it already is left alone. */
  readonly digest: string
  readonly endpoints: {readonly production?: string; readonly sandbox?: string}
  /** Of `http` and `https`: where it may be called. */
  readonly transport: readonly string[]
  /** Header with the token, if not Authorization. */
  readonly authorizationHeader?: string
  readonly cors?: {
    readonly allowOrigins: readonly string[]
    readonly allowCredentials: boolean
    readonly allowHeaders: readonly string[]
    readonly allowMethods: readonly string[]
  }
}

/** Body of a POST to GATEWAY_ADMIN; `list` answers {apis: [{uuid, digest}]}, the others {ok: true}. */
export type GatewayOperation =
  | {readonly operation: 'deploy'; readonly api: ApiArtifact}
  | {readonly operation: 'undeploy'; readonly uuid: string}
  | {readonly operation: 'list'}

/** Body of a POST to POLICY_ADMIN; answers {ok: true}. */
export type PolicyOperation =
  | {readonly operation: 'deploy'; readonly policy: PolicyData}
  | {readonly operation: 'deploy-custom'; readonly policy: CustomPolicyData}
  | {
      readonly operation: 'undeploy'
      readonly kind: PolicyData['kind'] | 'GLOBAL'
      readonly name: string
      readonly tenantDomain: string
    }
