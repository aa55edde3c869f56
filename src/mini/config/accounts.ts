import type {Account} from '../http/credentials.js'
import {dotted, type KeyPath} from './keys.js'
import type {Settings} from './settings.js'

const NEED = {why: 'nodes log in to one another with it', example: 'the account of [super_admin]'}

/** The account of `[super_admin]`. */
export const superAdmin = (settings: Settings): Account => ({
  username: settings.text(dotted('super_admin.username'), NEED),
  password: settings.text(dotted('super_admin.password'), NEED),
})

/** The event hub's account: what it leaves out is that of `[apim.throttling]` (default.json of carbon-apimgt v6.7.206). */
export function hubAccount(settings: Settings): Account {
  const throttling = accountAt(settings, 'apim.throttling')
  const has = (name: keyof Account) => settings.value(dotted(`apim.event_hub.${name}`)) !== undefined
  const own = accountAt(settings, 'apim.event_hub')
  return {
    username: has('username') ? own.username : throttling.username,
    password: has('password') ? own.password : throttling.password,
  }
}

/** Whether the event hub is used: without it nobody tells gateways of anything but throttling. */
export const hasEventHub = (settings: Settings): boolean =>
  settings.flag(dotted('apim.event_hub.enable'), true, {
    why: 'gateways hear of APIs, subscriptions and key managers from it',
    example: 'true or false',
  })

/**
 * The account of a table such as `apim.throttling`: what it leaves out, or gives as `${admin.username}`, is the super admin's, as in
 * the product (api-manager.xml.j2 of carbon-apimgt v6.7.206).
 */
export function accountAt(settings: Settings, table: string | KeyPath): Account {
  const admin = superAdmin(settings)
  const path = typeof table === 'string' ? dotted(table) : table
  const value = (name: keyof Account) => {
    const text = settings.maybeText([...path, name], NEED)
    return text === undefined || text === `\${admin.${name}}` ? admin[name] : text
  }
  return {username: value('username'), password: value('password')}
}
