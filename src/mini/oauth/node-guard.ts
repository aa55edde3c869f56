import type {Pool} from 'mysql2/promise'
import {needed, type NodeContext} from '../component.js'
import {makeGuard, type Guard} from './guard.js'
import {makeSeal, type Seal} from './seal.js'
import {makeSigner, type Signer} from './signer.js'
import {readTokenRules, type TokenRules} from './token-rules.js'

/** What the OAuth endpoints and the guard of a node work with. */
export interface OAuthNode {
  readonly apim: Pool
  readonly shared: Pool
  readonly signer: Signer
  readonly rules: TokenRules
  /** Keeps what a browser carries between the pages of a login. */
  readonly seal: Seal
}

/** Pools and key of a node that has both databases. */
export function oauthNode(context: NodeContext): OAuthNode {
  const {keyStore, settings} = context.config
  return {
    apim: needed(context, 'WSO2AM_DB'),
    shared: needed(context, 'WSO2SHARED_DB'),
    signer: makeSigner(keyStore, settings),
    rules: readTokenRules(settings),
    seal: makeSeal(keyStore),
  }
}

/** The guard of a node's REST APIs: opaque tokens and JWTs of any node of the lab. */
export const nodeGuard = ({apim, shared, signer}: OAuthNode): Guard =>
  makeGuard(apim, shared, token => signer.identifierOf(token))
