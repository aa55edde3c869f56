import {execa} from 'execa'
import type {TestLab} from './test-lab.js'

const RULES = [
  ['INPUT', '!', '-i', 'lo', '-j', 'DROP'],
  ['OUTPUT', '!', '-o', 'lo', '-j', 'DROP'],
]

const inNetworkOf = async (lab: TestLab, node: string, args: readonly string[]) => {
  const {State} = await lab.container(node).inspect()
  await execa('nsenter', ['-t', String(State.Pid), '-n', 'iptables', '-w', ...args])
}

/** Cuts a node off: nothing goes in or out any more, and nobody is told. Its own health check goes on. */
export const cut = async (lab: TestLab, node: string): Promise<void> => {
  for (const [chain = '', ...rule] of RULES) await inNetworkOf(lab, node, ['-I', chain, ...rule])
}

export const mend = async (lab: TestLab, node: string): Promise<void> => {
  for (const [chain = '', ...rule] of RULES) await inNetworkOf(lab, node, ['-D', chain, ...rule])
}
