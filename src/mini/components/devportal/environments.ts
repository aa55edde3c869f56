import {dotted} from '../../config/keys.js'
import type {Settings} from '../../config/settings.js'

/** A gateway environment, as callers of its APIs see it. */
export interface Environment {
  readonly name: string
  readonly type: string
  readonly http?: string | undefined
  readonly https?: string | undefined
  readonly ws?: string | undefined
  readonly wss?: string | undefined
}

const TABLE = dotted('apim.gateway.environment')
const NEED = {why: 'the portal shows where APIs are called', example: 'a URL such as https://gateway:8243'}

/** Every [[apim.gateway.environment]]. Throws StartFailure for one without a name. */
export const readEnvironments = (settings: Settings): readonly Environment[] =>
  Array.from({length: settings.count(TABLE, NEED)}, (_, i) => {
    const at = (key: string) => settings.maybeText([...TABLE, i, key], NEED)
    return {
      name: settings.text([...TABLE, i, 'name'], {why: 'APIs name it', example: '"Production and Sandbox"'}),
      type: at('type') ?? 'hybrid',
      http: at('http_endpoint'),
      https: at('https_endpoint'),
      ws: at('ws_endpoint'),
      wss: at('wss_endpoint'),
    }
  })
