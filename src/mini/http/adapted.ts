import type {Call} from './call.js'
import type {Answer, PartialApi, Route} from './router.js'

type Json = Readonly<Record<string, unknown>>

/** How one operation's bodies differ. */
interface Bodies {
  /** Makes of a body what the operation takes. Throws a Fault. */
  readonly request?: (body: Json) => unknown
  /** Makes of its answer what the client gets. */
  readonly answer?: (body: Json, call: Call) => unknown
}

/** How an API differs from the one that the routes were written for. */
export interface Adaptation {
  /** What paths are or begin with there, and here; undefined: there is no such operation. The first that fits counts. */
  readonly moves: readonly (readonly [from: string, to: string | undefined])[]
  /** By operations as the routes have them: `POST /api/am/publisher/v1/apis`. */
  readonly bodies: Readonly<Record<string, Bodies>>
  /** Operations where other paths have an id, beside those of there; by the API's base there. */
  readonly words: Readonly<Record<string, readonly string[]>>
  /** Scopes that open an operation here beside those that open it there. */
  readonly scopes: (operation: string) => readonly string[]
}

const isJson = (body: unknown): body is Json =>
  typeof body === 'object' && body !== null && !Buffer.isBuffer(body) && !Array.isArray(body)

function moved(path: string, {moves}: Adaptation): string | undefined {
  const found = moves.find(([from]) => path === from || path.startsWith(from.endsWith('/') ? from : `${from}/`))
  if (!found) return path
  const [from, to] = found
  return to === undefined ? undefined : `${to}${path.slice(from.length)}`
}

/** The call as the operation reads it. */
function readAs(call: Call, request: NonNullable<Bodies['request']>): Call {
  const json = async () => {
    const body = await call.json()
    return isJson(body) ? request(body) : body
  }
  return Object.create(call, {json: {value: json}}) as Call
}

async function answerAs(answer: Answer, call: Call, adaptation: Adaptation, {answer: change}: Bodies): Promise<Answer> {
  const {body, headers, status} = answer
  const location = headers?.['location']
  return {
    ...answer,
    ...(typeof location === 'string' && {headers: {...headers, location: moved(location, adaptation) ?? location}}),
    ...(change && status < 300 && isJson(body) && {body: await change(body, call)}),
  }
}

/** Routes of another version of their API: moved, left out, with other bodies. */
export const adaptedRoutes = (routes: readonly Route[], adaptation: Adaptation): readonly Route[] =>
  routes.flatMap(route => {
    const path = moved(route.path, adaptation)
    if (path === undefined) return []
    const bodies = adaptation.bodies[`${route.method} ${route.path}`] ?? {}
    const openedBy = adaptation.scopes(`${route.method} ${route.path}`)
    const handle: Route['handle'] = async call => {
      call.openedBy = openedBy
      const answer = await route.handle(bodies.request ? readAs(call, bodies.request) : call)
      return answer && answerAs(answer, call, adaptation, bodies)
    }
    return [{...route, path, handle}]
  })

/** The bases of APIs, moved in the same way. */
export const adaptedApis = (apis: readonly PartialApi[], adaptation: Adaptation): readonly PartialApi[] =>
  apis.map(({base, words = [], ...api}) => ({
    ...api,
    base: moved(base, adaptation) ?? base,
    words: [...words, ...(adaptation.words[base] ?? [])],
  }))
