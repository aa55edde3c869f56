import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ask, type Asked, type AskOptions} from '../../support/ask.js'
import {ApiLife, type Send} from '../../support/api-life.js'
import type {TestLab} from './test-lab.js'

type LabAskOptions = AskOptions & {readonly timeout?: number}

/** One exchange with the load balancer of a lab, as a user's program has it: the host name in SNI and Host. */
export const askHost = (
  lab: TestLab,
  servername: string,
  tablePort: number,
  path: string,
  options: LabAskOptions = {},
): Promise<Asked> => {
  const port = tablePort + lab.portOffset
  const ca = readFileSync(join(lab.dataHome, 'apim-lab/ca/ca.pem'))
  const headers = {host: `${servername}:${port}`}
  const target = {host: '127.0.0.1', port, path, servername, ca, headers, agent: false as const}
  return ask(true, target, options, options.timeout ?? 20_000)
}

/** One exchange with a component of a lab through its load balancer. */
export const askLab = (
  lab: TestLab,
  component: string,
  tablePort: number,
  path: string,
  options?: LabAskOptions,
): Promise<Asked> => askHost(lab, `${component}.${lab.name}.localhost`, tablePort, path, options)

/** The product's REST APIs in a lab, with a token. */
export const lifeIn = (lab: TestLab): Promise<ApiLife> => {
  const send: Send = (component, path, options) => askLab(lab, component, 9443, path, options)
  return new ApiLife(send).begin()
}
