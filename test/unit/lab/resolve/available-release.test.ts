import assert from 'node:assert/strict'
import {availableRelease} from '../../../../src/lab/resolve/available-release.js'
import type {Engine} from '../../../../src/engine/engine.js'
import {allReleases} from '../../../../src/model/releases/index.js'
import {VERSION} from '../../../support/lab.js'

const releases = allReleases(VERSION)
const imagesOf = (name: string) => releases.find(release => release.name === name)!.components.map(({image}) => image)

/** What is chosen where an engine has these images, and a registry answers or not. */
async function chosen(here: readonly string[], {registry = false, offline = false} = {}) {
  const engine = {
    images: {
      ids: (names: readonly string[]) =>
        Promise.resolve(new Map(names.filter(name => here.includes(name)).map(name => [name, 'sha256:1']))),
      ask: () => Promise.resolve(registry ? 'has' : 'silent'),
    },
  } as unknown as Pick<Engine, 'images'>
  const {signal} = new AbortController()
  const {release, reason} = await availableRelease(engine, {releases, offline, signal})
  return `${release.name}: ${reason}`
}

describe('the release of a lab that names none', () => {
  it("is the newest of WSO2's whose images are all on the engine, whatever a registry has", async () => {
    const both = [...imagesOf('3.2.0'), ...imagesOf('4.2.0')]
    assert.equal(await chosen(both, {registry: true}), '4.2.0: all its images are on this engine')
    assert.equal(await chosen(imagesOf('3.2.0'), {offline: true}), '3.2.0: all its images are on this engine')
    assert.equal(await chosen(imagesOf('4.7.0')), '4.7.0: all its images are on this engine')
  })

  it('is none of which an image is missing', async () => {
    const [first = ''] = imagesOf('4.7.0')
    assert.match(await chosen([first], {offline: true}), /^mini: --offline, /)
  })

  it('is the usual one where a registry answers, else the built-in one', async () => {
    assert.equal(await chosen([], {registry: true}), '3.2.0: the registry answers')
    assert.match(await chosen([]), /^mini: WSO2's images are not on this engine and the registry did not answer/)
  })
})
