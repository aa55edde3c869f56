import assert from 'node:assert/strict'
import {prepareLab, type Command, type PreparedLab, type SweepLab} from './support/sweep-lab.js'

/** A request of a command in the midst of its work. */
const MIDST = 12

describe('two commands at once on one lab', function () {
  this.timeout(300_000)
  let prepared: PreparedLab
  let lab: SweepLab

  before(async () => {
    prepared = await prepareLab('at-once', 12_700)
    lab = prepared.lab
  })
  after(() => prepared.close())

  const results = async (one: ReturnType<SweepLab['spawn']>) => {
    const {exitCode, stdout, stderr} = await one
    return {exitCode, text: `${stdout}\n${stderr}`}
  }

  /** Starts the second command in the midst of the first, which goes on when the second has ended, or waits. */
  const both = async (first: Command, second: Command, ...more: readonly string[]) => {
    await lab.begin(first)
    let other: Promise<{exitCode: number | undefined; text: string}> | undefined
    lab.stub.onCall(MIDST, async () => {
      const child = lab.spawn([...lab.argumentsOf(second), ...more])
      other = results(child)
      const waits = new Promise(resolve => child.stderr.on('data', text => /wait/i.test(String(text)) && resolve(0)))
      await Promise.race([other, waits])
    })
    const one = await results(lab.spawn(lab.argumentsOf(first)))
    assert.ok(other, `${first} made fewer than ${MIDST} requests: ${one.text}`)
    return {one, other: await other}
  }

  const pairs: readonly (readonly [Command, Command])[] = [
    ['up', 'down'],
    ['down', 'up'],
    ['up', 'up'],
    ['down', 'down'],
  ]
  for (const [first, second] of pairs) {
    it(`${second} during ${first} says who works on the lab, and ${first} is not disturbed`, async () => {
      const {one, other} = await both(first, second)
      assert.equal(one.exitCode, 0, one.text)
      assert.equal(other.exitCode, 1, other.text)
      assert.match(other.text, new RegExp(`\\bprocess \\d+\\b`))
      assert.match(other.text, /--wait/)
      await lab.converge(first)
      await lab.takeDown()
    })

    it(`${second} --wait during ${first} comes after it`, async () => {
      const {one, other} = await both(first, second, '--wait')
      assert.equal(one.exitCode, 0, one.text)
      assert.equal(other.exitCode, 0, other.text)
      await lab.converge(second)
      await lab.takeDown()
    })
  }

  it('logs of many nodes warn of nothing', async () => {
    await lab.begin('up')
    const scales = ['gateway=8', 'key-manager=2', 'traffic-manager=2'].flatMap(it => ['--scale', it])
    const up = await results(lab.spawn([...lab.argumentsOf('up'), ...scales]))
    assert.equal(up.exitCode, 0, up.text)
    assert.doesNotMatch(up.text, /MaxListeners|Warning/)
    for (const args of [['logs'], ['status'], ['restart']]) {
      const {exitCode, text} = await results(lab.spawn(args))
      assert.equal(exitCode, 0, text)
      assert.doesNotMatch(text, /MaxListeners|Warning/)
    }
    const follow = lab.spawn(['logs', '--follow'])
    follow.stdout.once('data', () => follow.kill('SIGTERM'))
    const {exitCode, text} = await results(follow)
    assert.equal(exitCode, 143, text)
    assert.doesNotMatch(text, /MaxListeners|Warning/)
    await lab.takeDown()
  })
})
