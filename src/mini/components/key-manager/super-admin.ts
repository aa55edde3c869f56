import type {Pool} from 'mysql2/promise'
import type {NodeContext} from '../../component.js'
import {superAdmin} from '../../config/accounts.js'
import {reasonOf} from '../../failure.js'
import {untilDone} from '../../retry.js'
import type {Level} from '../../log.js'
import {ensureSuperAdmin, mayCreateSuperAdmin, type AdminState} from '../../users/super-admin.js'

const SOURCE = 'UserStore'

const LINES: Readonly<Record<AdminState, readonly [Level, string]>> = {
  created: ['INFO', 'made the super admin'],
  there: ['INFO', 'found the super admin'],
  'other password': [
    'WARN',
    'the super admin has another password than super_admin.password of the configuration: the old one stays, it is kept in the database',
  ],
  missing: [
    'ERROR',
    'there is no super admin, and super_admin.create_admin_account is false; looking for it on and on',
  ],
}

/** Makes the super admin as soon as the user store is there; the node is not ready before. */
export function makeSuperAdmin({config, log, changed}: NodeContext, shared: Pool) {
  const account = superAdmin(config.settings)
  const create = mayCreateSuperAdmin(config.settings)
  let done = false
  let told: AdminState | undefined

  const make = async () => {
    const state = await ensureSuperAdmin(shared, account, create)
    if (state !== told) log(LINES[state][0], SOURCE, LINES[state][1])
    told = state
    done = state !== 'missing'
    if (done) changed()
    return done
  }
  const close = untilDone(make, (error, failures) => {
    // The node says itself when its databases are away; what goes on after that is told now and then.
    if (failures % 20 === 0) log('WARN', SOURCE, `can't make the super admin: ${reasonOf(error)}; retrying`)
  })
  return {waitingFor: () => (done ? [] : ['the super admin']), close}
}
