import assert from 'node:assert/strict'
import {join} from 'node:path'
import {execa} from 'execa'
import type {TestLab} from './test-lab.js'

/** `docker compose down` on the lab's file. The engine miscounts who is in a network now and then: compose says so and leaves that one. */
export async function composeDown(lab: TestLab, ...args: readonly string[]): Promise<void> {
  const command = ['compose', '-f', join(lab.folder, 'compose.yaml'), 'down', ...args]
  const {exitCode, stderr} = await execa('docker', command, {reject: false})
  assert.ok(exitCode === 0 || /has active endpoints/.test(stderr), stderr)
}
