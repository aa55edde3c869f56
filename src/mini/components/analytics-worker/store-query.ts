import {z} from 'zod'
import {QueryError} from '../../analytics/parse-query.js'
import {runQuery} from '../../analytics/run-query.js'
import {APPS} from '../../analytics/sources.js'
import type {Queryable} from '../../databases/sql.js'
import type {Call} from '../../http/call.js'
import {bodyOf} from '../../http/body.js'
import {json, route, type Answer, type Route} from '../../http/router.js'

const body = z.object({appName: z.string(), query: z.string()})

/** How Siddhi's store API says what is wrong. */
const refusal = (code: number, message: string): Answer => json({code, message}, code)

/** Siddhi's store API, for a part of its query language. `authenticate` throws a Fault for who may not. */
export const storeQueryRoutes = (statistics: Queryable, authenticate: (call: Call) => void): readonly Route[] => [
  route.post('/stores/query', async call => {
    authenticate(call)
    const {appName, query} = await bodyOf(call, body)
    if (!APPS.has(appName)) {
      return refusal(404, `Cannot find an active SiddhiApp with name: ${appName.slice(0, 100)}`)
    }
    try {
      return json({records: await runQuery(statistics, appName, query)})
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      return refusal(400, `Cannot query: ${error.message}`)
    }
  }),
]
