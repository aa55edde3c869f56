import assert from 'node:assert/strict'
import {fitToImages} from '../../../src/model/fit-to-images.js'
import type {Release} from '../../../src/model/release.js'
import {topology} from '../../support/lab.js'

const {release: plain} = topology({release: '3.2.0'})
const release: Release = {
  ...plain,
  components: plain.components.map(spec => ({...spec, driverFolder: 'dropins', profile: 'some-profile'})),
}
const gateway = (fitted: Release) => fitted.components.find(({name}) => name === 'gateway')!

describe('a release and the images that there are', () => {
  it('fit as they are where nothing else was found', () => {
    assert.deepEqual(fitToImages(release, new Map()), release)
    assert.deepEqual(gateway(fitToImages(release, new Map([['gateway', {profileByName: true}]]))), gateway(release))
  })

  it('an image that has a driver gets no second one', () => {
    const fitted = fitToImages(
      release,
      new Map([['gateway', {driver: 'mysql-connector-java-8.0.17.jar', profileByName: true}]]),
    )
    assert.equal(gateway(fitted).driverFolder, undefined)
    assert.equal(fitted.components.find(({name}) => name === 'publisher')!.driverFolder, 'dropins')
  })

  it('an image that has no driver, where those of its release have one, gets one', () => {
    const spare = {
      ...plain,
      components: plain.components.map(({driverFolder, ...spec}) => ({...spec, spareDriverFolder: driverFolder!})),
    }
    assert.equal(gateway(fitToImages(spare, new Map())).driverFolder, undefined)
    const fitted = fitToImages(spare, new Map([['gateway', {profileByName: true}]]))
    assert.equal(gateway(fitted).driverFolder, 'repository/components/dropins')
  })

  it('an entrypoint that knows no PROFILE_NAME gets the profile as an argument', () => {
    const fitted = fitToImages(release, new Map([['gateway', {profileByName: false}]]))
    assert.deepEqual(gateway(fitted).command, ['-Dprofile=some-profile'])
  })
})
