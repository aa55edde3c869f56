import {clientCredentials, makeApplication, makeKeys, makeToken, subscribe as subscribeTo} from '../applications.js'
import type {Walk} from '../walk.js'

/** An application whose tokens are JWTs. */
export async function application(walk: Walk): Promise<string> {
  const name = `${walk.names.mark}App`
  walk.set('applicationId', await makeApplication(walk, {name, tokenType: 'JWT', kept: true}))
  return name
}

/** Its keys. */
export async function keys(walk: Walk): Promise<string> {
  walk.set('keys', await makeKeys(walk, walk.get('applicationId')))
  return 'PRODUCTION'
}

/** Its subscription. */
export async function subscribe(walk: Walk): Promise<string> {
  await subscribeTo(walk, walk.get('apiId'), walk.get('applicationId'), {kept: true})
  return 'policy Unlimited'
}

/** Its token. */
export async function appToken(walk: Walk): Promise<string> {
  walk.set('appToken', await makeToken(walk, walk.get('keys'), clientCredentials()))
  return 'client_credentials, JWT'
}
