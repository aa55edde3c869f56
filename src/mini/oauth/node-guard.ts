import type {Pool} from 'mysql2/promise'
import type {NodeContext} from '../component.js'
import {makeGuard, type Guard} from './guard.js'
import {makeSigner, type Signer} from './signer.js'

/** What the OAuth endpoints and the guard of a node work with. */
export interface OAuthNode {
  readonly apim: Pool
  readonly shared: Pool
  readonly signer: Signer
}

/** Pools and key of a node that has both databases. */
export const oauthNode = ({config, database}: NodeContext): OAuthNode => {
  const [apim, shared] = [database('WSO2AM_DB'), database('WSO2SHARED_DB')]
  // Both keys are required where this is called, so a configuration without them has failed before.
  if (!apim || !shared) throw new Error('this profile has no WSO2AM_DB or no WSO2SHARED_DB')
  return {apim, shared, signer: makeSigner(config.keyStore, config.settings)}
}

/** The guard of a node's REST APIs: opaque tokens and JWTs of any node of the lab. */
export const nodeGuard = (context: NodeContext): Guard => {
  const {apim, shared, signer} = oauthNode(context)
  return makeGuard(apim, shared, token => signer.identifierOf(token))
}
