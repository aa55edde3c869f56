import type {NodeContext} from '../../component.js'
import {change, row, type Queryable} from '../../databases/sql.js'
import {reasonOf} from '../../failure.js'

/** The rule's kind, and where the worker takes it. */
const KIND = 'tier-limit-hits'
const PATH = '/business-rules/instances'
/** What is in force without a rule: apim_alert_frequent_tier_limit_hitting_0.siddhi, analytics-apim v3.2.0. */
export const DEFAULT_THRESHOLD = 10
/** The time between two tries to deploy a rule. */
const RETRY_MS = 3_000

export interface Rule {
  readonly threshold: number
  readonly deployed: boolean
}

interface BusinessRules {
  rule(): Promise<Rule>
  /** Stores a threshold and tries to deploy it; where that fails it is tried on. */
  save(threshold: number): Promise<void>
  /** Why the rule is not at the worker yet. */
  problem(): string | undefined
  close(): void
}

const MANAGER = 'wso2.business.rules.manager'
const NEED = {why: 'the dashboard deploys business rules with it', example: 'the account of the lab'}
const DEPLOYED = 2
const SAVED = 0

/**
 * Rules in BUSINESS_RULES_DB (table and columns of the product's business rules manager), deployed to the worker. A rule that was saved
 * while the worker was away gets there when it is back.
 */
export function makeBusinessRules(context: NodeContext, database: Queryable): BusinessRules {
  const {config, links, peers, log} = context
  const text = (name: string) => config.settings.maybeText([MANAGER, name], NEED) ?? 'admin'
  const account = {username: text('username'), password: text('password')}
  const worker = links.find(({link}) => link.server === 'analytics-worker')
  let waiting = true
  let why: string | undefined

  const find = async (): Promise<Rule | undefined> => {
    const sql = 'SELECT CONTENT AS content, DEPLOYMENT_STATUS AS status FROM BUSINESS_RULES WHERE UUID = ?'
    const found = await row<{content: Buffer; status: number}>(database, sql, [KIND])
    if (!found) return undefined
    const {threshold} = JSON.parse(found.content.toString('utf8')) as {threshold: number}
    return {threshold, deployed: found.status === DEPLOYED}
  }
  const deploy = async () => {
    const rule = await find()
    if (rule && worker) {
      const json = {kind: KIND, threshold: rule.threshold}
      const {status} = await peers.ask(worker.link, {method: 'POST', path: PATH, account, json})
      if (status !== 201) throw new Error(`the worker answered ${status}`)
      await change(database, 'UPDATE BUSINESS_RULES SET DEPLOYMENT_STATUS = ? WHERE UUID = ?', [DEPLOYED, KIND])
    }
    waiting = false
    why = undefined
  }
  const attempt = async () => {
    try {
      await deploy()
    } catch (error) {
      if (why === undefined) log('WARN', 'BusinessRules', `the rule is not deployed yet: ${reasonOf(error)}`)
      why = reasonOf(error)
    }
  }
  const timer = setInterval(() => {
    if (waiting) void attempt()
  }, RETRY_MS).unref()

  return {
    rule: async () => (await find()) ?? {threshold: DEFAULT_THRESHOLD, deployed: true},
    save: async threshold => {
      const content = Buffer.from(JSON.stringify({threshold}))
      const sql =
        'INSERT INTO BUSINESS_RULES (UUID, CONTENT, DEPLOYMENT_STATUS) VALUES (?, ?, ?) ' +
        'ON DUPLICATE KEY UPDATE CONTENT = VALUES(CONTENT), DEPLOYMENT_STATUS = VALUES(DEPLOYMENT_STATUS)'
      await change(database, sql, [KIND, content, SAVED])
      waiting = true
      await attempt()
    },
    problem: () => why,
    close: () => clearInterval(timer),
  }
}
