import type {NodeContext} from '../component.js'
import {accountAt} from '../config/accounts.js'
import {eventPublisher, receiversOf} from './publisher.js'

/** Logs a portal's links for alert events in: the worker drops who does not. */
export function logInToAnalytics({links, config, node, log}: NodeContext): void {
  eventPublisher(receiversOf(links, 'analytics-events'), accountAt(config.settings, 'apim.analytics'), node, log)
}
