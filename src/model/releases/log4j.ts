import type {LogFormat} from '../log-format.js'

const TIME = '\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d[,.]\\d{3}'

/**
 * Log4j as the product's consoles write it: `[time]  WARN - Source text` or `[time] ERROR {source} - text`, with a correlation id between where
 * that is asked for (docs-apim 3.0.0 to 4.4.0, configuring logging and masking sensitive information in logs), and as its files do, with
 * `TID: [-1234] [] ` before.
 */
export const LOG4J: LogFormat = {
  entry: new RegExp(
    `^(?:TID: ?\\[[^\\]]{0,40}\\] (?:\\[[^\\]]{0,100}\\] ){0,2})?\\[${TIME}\\](?: \\[[^\\]]{0,100}\\])? +(?<level>[A-Z]+)(?: -)? +(?<text>.*)$`,
  ),
  levels: {warn: 'warn', error: 'error', fatal: 'error'},
}
