import type {DatabaseServerSpec} from '../../database-server.js'
import {MYSQL} from './mysql.js'
import {POSTGRESQL} from './postgresql.js'

/** Every database server that this version knows, the usual one first. */
export const DATABASE_SERVERS: readonly [DatabaseServerSpec, ...DatabaseServerSpec[]] = [MYSQL, POSTGRESQL]
