import {execa} from 'execa'
import assert from 'node:assert/strict'
import {MINI_IMAGE} from './support/terminal.js'

const RUN = '/opt/apim-lab/run.sh'
const PROGRAM = 'exports.run = () => console.log(process.execArgv.join(" "), Math.random(), process.env.WHO)'

/** What the program prints, started twice in a container of mini's image, after a change of the image's files by root. */
async function started(change: string): Promise<readonly string[]> {
  const script = `${change}; echo '${PROGRAM}' > /tmp/p.cjs; for who in one two; do WHO=$who ${RUN} /tmp/p.cjs; done`
  const {stdout} = await execa('docker', ['run', '--rm', '-u', 'root', '--entrypoint', 'sh', MINI_IMAGE, '-c', script])
  return stdout.split('\n')
}

describe("the snapshot of mini's image", function () {
  this.timeout(60_000)

  it('is what its programs start from, each with an environment and random numbers of its own', async () => {
    const [one, two] = await started('true')
    assert.match(one!, /--snapshot-blob \S+ 0\.\d+ one$/)
    assert.match(two!, /--snapshot-blob \S+ 0\.\d+ two$/)
    assert.notEqual(one!.split(' ').at(-2), two!.split(' ').at(-2))
  })

  for (const [where, change] of [
    ['on a processor with other features', `echo other > /opt/apim-lab/runtime.blob.processor`],
    ['where none could be made', 'rm /opt/apim-lab/runtime.blob'],
  ] as const)
    it(`is not used ${where}: its programs start all the same`, async () => {
      const lines = await started(change)
      assert.doesNotMatch(lines.join(), /snapshot/)
      assert.deepEqual(
        lines.map(line => line.split(' ').at(-1)),
        ['one', 'two'],
      )
    })
})
