import {dotted} from './keys.js'
import type {Settings} from './settings.js'

/** One `[[apim.gateway.environment]]`. */
export interface Environment {
  readonly name: string
  readonly type: string
  readonly serviceUrl: string
  readonly endpoints: Readonly<Record<'http' | 'https' | 'ws' | 'wss', string>>
}

const TABLE = 'apim.gateway.environment'
const NEED = {why: 'APIs are deployed to it', example: 'a name, a service_url and endpoints'}

/** The gateway environments of a configuration, in its order. Throws StartFailure for a value of a wrong kind. */
export const readEnvironments = (settings: Settings): readonly Environment[] =>
  Array.from({length: settings.count(dotted(TABLE), NEED)}, (_, index) => {
    const value = (name: string) => settings.maybeText([...dotted(TABLE), index, name], NEED) ?? ''
    return {
      name: value('name') || `environment ${index + 1}`,
      type: value('type') || 'hybrid',
      serviceUrl: value('service_url'),
      endpoints: {
        http: value('http_endpoint'),
        https: value('https_endpoint'),
        ws: value('ws_endpoint'),
        wss: value('wss_endpoint'),
      },
    }
  })
