import assert from 'node:assert/strict'
import {splitCommand} from '../../../src/cli/split-command.js'

describe('splitCommand', () => {
  for (const [argv, own, command] of [
    ['gateway-1', 'gateway-1', ''],
    ['gateway-1 -- ls -h', 'gateway-1', 'ls -h'],
    ['gateway-1 -- echo a b a -- a', 'gateway-1', 'echo a b a -- a'],
    ['gateway-1 --lab second -- ls --lab x', 'gateway-1 --lab second', 'ls --lab x'],
    ['--lab second gateway-1 ls -l', '--lab second gateway-1', 'ls -l'],
    ['-l second gateway-1 ls', '-l second gateway-1', 'ls'],
    ['--lab=second gateway-1 ls', '--lab=second gateway-1', 'ls'],
    ['gateway-1 --lab second ls --lab x', 'gateway-1 --lab second', 'ls --lab x'],
    ['gateway-1 --', 'gateway-1', ''],
    ['', '', ''],
  ] as const)
    it(argv, () => {
      const words = (text: string) => text.split(' ').filter(word => word !== '')
      assert.deepEqual(splitCommand(words(argv)), {own: words(own), command: words(command)})
    })
})
