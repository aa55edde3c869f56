import type {Account} from '../http/credentials.js'
import {dotted, type KeyPath} from './keys.js'
import type {Settings} from './settings.js'

const NEED = {why: 'nodes log in to one another with it', example: 'the account of [super_admin]'}

/** The account of `[super_admin]`. */
export const superAdmin = (settings: Settings): Account => ({
  username: settings.text(dotted('super_admin.username'), NEED),
  password: settings.text(dotted('super_admin.password'), NEED),
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
