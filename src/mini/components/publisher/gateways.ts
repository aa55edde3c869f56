import type {Pool} from 'mysql2/promise'
import {z} from 'zod'
import type {NodeContext} from '../../component.js'
import {accountAt, superAdmin} from '../../config/accounts.js'
import {reasonOf} from '../../failure.js'
import {CORRELATION_HEADER} from '../../http/call.js'
import type {Account} from '../../http/credentials.js'
import {GATEWAY_ADMIN, type ApiArtifact, type GatewayOperation} from '../../hub/deployment.js'
import type {KeptLink} from '../../links/keep-link.js'
import {desiredArtifacts} from './artifact.js'
import {makeRunner, type Runner} from './runner.js'

/** Keeps all gateways of the configuration at what the databases say. */
export interface Gateways {
  /** Resolves when every gateway was tried; one that is away gets what it lacks when it is back. */
  sync(correlationId?: string): Promise<void>
  close(): void
}

const LIST = z.object({apis: z.array(z.object({uuid: z.string(), digest: z.string()}))})
/** Whatever made a gateway lack an API without ending a connection: milliseconds between two looks. */
const LOOK_EVERY = 60_000
/** Rounds until a gateway is as wanted, since another publisher may work on it at the same time. */
const ROUNDS = 5

/** `apim.gateway.environment[0].service_url` -> the account of that environment. */
function accountOf(context: NodeContext, link: KeptLink): Account {
  const index = /\[(\d+)\]/.exec(link.link.key)?.[1]
  const {settings} = context.config
  return index === undefined
    ? superAdmin(settings)
    : accountAt(settings, ['apim', 'gateway', 'environment', Number(index)])
}

/** What has to be done at a gateway that has `found`, so that it has `wanted`. */
function operationsFor(
  wanted: readonly ApiArtifact[],
  found: readonly {readonly uuid: string; readonly digest: string}[],
): readonly GatewayOperation[] {
  const digests = new Map(found.map(it => [it.uuid, it.digest]))
  const keep = new Set(wanted.map(it => it.uuid))
  return [
    ...found.filter(it => !keep.has(it.uuid)).map(({uuid}) => ({operation: 'undeploy', uuid}) as const),
    ...wanted.filter(it => digests.get(it.uuid) !== it.digest).map(api => ({operation: 'deploy', api}) as const),
  ]
}

function keepGateway(context: NodeContext, link: KeptLink, wanted: () => Promise<readonly ApiArtifact[]>): Runner {
  const account = accountOf(context, link)
  const path = `${new URL(link.link.address).pathname}${GATEWAY_ADMIN}`
  const ask = async (json: GatewayOperation, correlationId?: string) => {
    const answer = await context.peers.ask(link.link, {method: 'POST', path, account, json, correlationId})
    if (answer.status !== 200) throw new Error(`${json.operation} was answered ${answer.status}`)
    return answer.json()
  }
  const reconcile = async (correlationId?: string) => {
    for (let round = 0; round < ROUNDS; round++) {
      const found = LIST.parse(await ask({operation: 'list'}, correlationId)).apis
      // Read after the list: what is newer than this look is seen in the next round.
      const operations = operationsFor(await wanted(), found)
      if (operations.length === 0) return
      for (const it of operations) {
        await ask(it, correlationId)
        const what =
          it.operation === 'deploy' ? `${it.api.name} ${it.api.version}` : it.operation === 'undeploy' ? it.uuid : ''
        const suffix = correlationId === undefined ? '' : ` ${CORRELATION_HEADER}=${correlationId}`
        context.log('INFO', 'APIGatewayAdmin', `${it.operation} of ${what} at ${link.link.address}${suffix}`)
      }
    }
  }
  const failed = (error: unknown) =>
    context.log('WARN', 'APIGatewayAdmin', `${link.link.address} lacks APIs until it answers: ${reasonOf(error)}`)
  return makeRunner(link, reconcile, failed, LOOK_EVERY)
}

/** Starts to keep the gateways. */
export function keepGateways(context: NodeContext, apim: Pool, shared: Pool): Gateways {
  const wanted = () => desiredArtifacts(apim, shared)
  const runners = context.links
    .filter(({link}) => link.server === 'gateway')
    .map(link => keepGateway(context, link, wanted))
  return {
    sync: async correlationId => {
      await Promise.all(runners.map(it => it.run(correlationId)))
    },
    close: () => {
      for (const it of runners) it.close()
    },
  }
}
