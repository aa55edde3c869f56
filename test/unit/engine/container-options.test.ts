import assert from 'node:assert/strict'
import {containerOptions} from '../../../src/engine/container-options.js'
import {rendered} from '../../support/lab.js'

const {project} = rendered()
const options = (service: string) => containerOptions(project, service, '/labs/apim')

describe('what the engine is asked to create', () => {
  it('has the environment, the mounts and the health check of the compose file', () => {
    const {Env, HostConfig, Healthcheck} = options('gateway-1') as ReturnType<typeof options> & {
      Healthcheck: {Test: string[]; Interval: number}
    }
    assert.deepEqual(Env, ['PROFILE_NAME=gateway-worker'])
    assert.deepEqual(HostConfig?.Mounts, [
      {
        Type: 'bind',
        Source: '/labs/apim/config/gateway-1',
        Target: '/home/wso2carbon/wso2-config-volume',
        ReadOnly: true,
      },
      {
        Type: 'volume',
        Source: 'apim_gateway-1-synapse-configs',
        Target: '/home/wso2carbon/wso2am-3.2.0/repository/deployment/server/synapse-configs',
        ReadOnly: false,
      },
    ])
    assert.equal(Healthcheck.Interval, 30_000_000_000)
    assert.equal(HostConfig?.Init, true)
    assert.deepEqual(HostConfig?.LogConfig, {Type: 'json-file', Config: {'max-size': '50m', 'max-file': '3'}})
    // Doubled in the file, since compose would interpolate it; single for the engine.
    assert.match(Healthcheck.Test.join(' '), /"\$status" = 200/)
  })

  it('publishes on loopback', () => {
    const bindings = options('load-balancer').HostConfig?.PortBindings as Record<string, unknown>
    assert.deepEqual(bindings['9443/tcp'], [{HostIp: '127.0.0.1', HostPort: '9443'}])
  })

  it('names volumes as the engine knows them', () => {
    const mounts = options('mysql').HostConfig?.Mounts ?? []
    assert.ok(mounts.some(({Type, Source}) => Type === 'volume' && Source === 'apim_mysql'))
  })

  it('joins the first network with its aliases, or none', () => {
    assert.deepEqual(Object.keys(options('publisher-1').NetworkingConfig?.EndpointsConfig ?? {}), ['apim_lab'])
    assert.equal(options('schema').HostConfig?.NetworkMode, 'none')
  })

  it('keeps a gateway out of the network of the databases', () => {
    assert.deepEqual(Object.keys(project.services['gateway-1']!.networks ?? {}), ['lab'])
    assert.deepEqual(Object.keys(project.services['mysql']!.networks ?? {}), ['db'])
  })

  it('has the labels by which compose finds it', () => {
    const {Labels} = options('gateway-1')
    assert.equal(Labels?.['com.docker.compose.project'], 'apim')
    assert.equal(Labels?.['com.docker.compose.service'], 'gateway-1')
    assert.equal(Labels?.['com.docker.compose.oneoff'], 'False')
    assert.equal(Labels?.['com.docker.compose.project.config_files'], '/labs/apim/compose.yaml')
  })

  it('never restarts: a crash must stay visible', () => {
    assert.deepEqual(options('gateway-1').HostConfig?.RestartPolicy, {Name: 'no'})
  })
})
