import {build} from 'esbuild'
import {execa} from 'execa'
import type {TestLab} from './test-lab.js'

/** A program of the tests that containers can run: a node's image has Node, and no more. */
export const bundled = async (path: string): Promise<string> => {
  const common = {bundle: true, platform: 'node', format: 'cjs', target: 'node20', write: false} as const
  const {outputFiles} = await build({...common, entryPoints: [path]})
  return outputFiles[0]?.text ?? ''
}

/** Runs it inside of a node; gives what it prints, and throws where it fails. */
export const runInside = async (lab: TestLab, node: string, program: string, args: readonly string[] = []) =>
  (await execa('docker', ['exec', '-i', `${lab.name}-${node}`, 'node', '-', ...args], {input: program})).stdout
