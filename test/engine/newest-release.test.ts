import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {allReleases, findRelease} from '../../src/model/releases/index.js'
import {releaseDefaults} from '../../src/model/release-defaults.js'
import {apimLab} from '../support/command-line.js'
import type {ImageConfig} from './stub/model.js'
import {startLabEngine} from './support/lab-behaviour.js'

function imagesOf(name: string): Readonly<Record<string, ImageConfig>> {
  const release = findRelease(name, allReleases('1'))
  const own = [...new Set(release.components.map(({image}) => image))].map(image => [image, {Cmd: ['sh']}])
  return {
    ...Object.fromEntries(own),
    [releaseDefaults(release).mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
  }
}

describe('without --release, on an engine that has images of WSO2', function () {
  this.timeout(60_000)

  /** What `images list` says of the release, and what a dry run would make. */
  async function chosen(images: Readonly<Record<string, ImageConfig>>) {
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-newest-'))
    const stub = await startLabEngine({images})
    const run = async (args: readonly string[]) => {
      const {stdout, stderr, exitCode} = await apimLab([...args, '--offline', '--json'], {
        cwd: folder,
        env: {XDG_DATA_HOME: join(folder, 'data'), HOME: folder, DOCKER_HOST: stub.dockerHost},
      })
      assert.equal(exitCode, 0, String(stderr))
      return JSON.parse(String(stdout)) as Readonly<Record<string, unknown>>
    }
    try {
      const {release, releaseReason} = await run(['images', 'list'])
      const {plan} = await run(['up', '--dry-run', '--port-offset', '9300', '--force'])
      const made = (plan as {readonly kind: string; readonly subject: string}[])
        .filter(({kind}) => kind === 'create-container')
        .map(({subject}) => subject)
      return {release, releaseReason, made}
    } finally {
      await stub.close()
      await rm(folder, {recursive: true, force: true})
    }
  }

  it('a lab is of the newest that has all of its own, 4.x too', async () => {
    const {release, releaseReason, made} = await chosen({...imagesOf('3.2.0'), ...imagesOf('4.4.0')})
    assert.deepEqual([release, releaseReason], ['4.4.0', 'all its images are on this engine'])
    for (const node of ['control-plane-1', 'traffic-manager-1', 'gateway-1']) assert.ok(made.includes(node), node)
  })

  it('one that lacks the image of a role is none of them', async () => {
    const images = Object.entries({...imagesOf('4.6.0'), ...imagesOf('4.7.0')})
    const {release} = await chosen(Object.fromEntries(images.filter(([name]) => name !== 'wso2/wso2am-tm:4.7.0')))
    assert.equal(release, '4.6.0')
  })
})
