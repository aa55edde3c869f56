import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {type DiscoveryInput, candidates} from '../../../src/engine/discovery.js'
import {LabError} from '../../../src/errors.js'

const BASE: DiscoveryInput = {env: {}, home: '/home/u', platform: 'linux', uid: 1000, contexts: []}
const meta = (host: string) => JSON.stringify({Name: 'x', Endpoints: {docker: {Host: host}}})
const sockets = (input: Partial<DiscoveryInput>) => candidates({...BASE, ...input}).map(({socket}) => socket)

const FOUND: [title: string, input: Partial<DiscoveryInput>, expected: string[]][] = [
  ['DOCKER_HOST alone', {env: {DOCKER_HOST: 'unix:///a.sock', DOCKER_CONTEXT: 'x'}}, ['/a.sock']],
  [
    'DOCKER_CONTEXT before config.json',
    {
      env: {DOCKER_CONTEXT: 'b'},
      dockerConfig: '{"currentContext":"a"}',
      contexts: [
        {name: 'a', metaJson: meta('unix:///a.sock')},
        {name: 'b', metaJson: meta('unix:///b.sock')},
      ],
    },
    ['/b.sock'],
  ],
  [
    'the context in use, found by the hash that names its folder',
    {
      dockerConfig: '{"currentContext":"colima"}',
      contexts: [
        {name: createHash('sha256').update('colima').digest('hex'), metaJson: meta('unix:///home/u/.colima/c.sock')},
      ],
    },
    ['/home/u/.colima/c.sock'],
  ],
]

const USUAL: [title: string, input: Partial<DiscoveryInput>, first: string[], last: string][] = [
  ['nothing set', {}, ['/var/run/docker.sock', '/home/u/.docker/run/docker.sock'], '/run/podman/podman.sock'],
  [
    'the default context',
    {dockerConfig: '{"currentContext":"default"}'},
    ['/var/run/docker.sock'],
    '/run/podman/podman.sock',
  ],
  ['an empty config.json', {dockerConfig: '\n'}, ['/var/run/docker.sock'], '/run/podman/podman.sock'],
  [
    'a config.json without a context',
    {dockerConfig: '{"auths":{}}'},
    ['/var/run/docker.sock'],
    '/run/podman/podman.sock',
  ],
  [
    'macOS',
    {platform: 'darwin', home: '/Users/u', uid: 501, env: {TMPDIR: '/tmp/t'}},
    ['/var/run/docker.sock', '/Users/u/.docker/run/docker.sock'],
    '/tmp/t/podman/podman-machine-default-api.sock',
  ],
]

const REFUSED: [title: string, input: Partial<DiscoveryInput>, code: string, text: RegExp][] = [
  [
    'ssh',
    {env: {DOCKER_HOST: 'ssh://me@host'}},
    'engine-unsupported',
    /^DOCKER_HOST points to ssh:\/\/me@host; only a local/,
  ],
  ['tcp', {env: {DOCKER_HOST: 'tcp://1.2.3.4:2375'}}, 'engine-unsupported', /an engine elsewhere can't see/],
  ['a host without a scheme', {env: {DOCKER_HOST: 'localhost:2375'}}, 'engine-unsupported', /localhost:2375/],
  ['npipe', {env: {DOCKER_HOST: 'npipe:////./pipe/docker_engine'}}, 'engine-unsupported', /Windows/],
  ['Windows', {platform: 'win32'}, 'engine-unsupported', /Windows/],
  [
    'a context on another machine',
    {env: {DOCKER_CONTEXT: 'far'}, contexts: [{name: 'far', metaJson: meta('ssh://far')}]},
    'engine-unsupported',
    /^the docker context far \(DOCKER_CONTEXT\) points to ssh:\/\/far/,
  ],
  ['a context that is not there', {dockerConfig: '{"currentContext":"gone"}'}, 'engine-unreachable', /no such context/],
  ['a broken config.json', {dockerConfig: '{"currentContext":'}, 'engine-unreachable', /config\.json can't be read/],
  ['a config.json that is a list', {dockerConfig: '3'}, 'engine-unreachable', /expected an object/],
  [
    'a broken meta.json',
    {env: {DOCKER_CONTEXT: 'x'}, contexts: [{name: 'x', metaJson: '{'}]},
    'engine-unreachable',
    /meta\.json of the docker context x can't be read/,
  ],
  [
    'a meta.json without an engine',
    {env: {DOCKER_CONTEXT: 'x'}, contexts: [{name: 'x', metaJson: '{"Endpoints":{}}'}]},
    'engine-unreachable',
    /names no engine/,
  ],
]

describe('candidates', () => {
  for (const [title, input, expected] of FOUND) it(`finds ${title}`, () => assert.deepEqual(sockets(input), expected))

  for (const [title, input, first, last] of USUAL) {
    it(`tries the usual sockets with ${title}`, () => {
      const found = sockets(input)
      assert.deepEqual(found.slice(0, first.length), first)
      assert.equal(found.at(-1), last)
      assert.equal(new Set(found).size, found.length)
    })
  }

  it('looks where each product puts its socket', () => {
    const found = candidates({...BASE, env: {XDG_RUNTIME_DIR: '/run/user/1000', XDG_CONFIG_HOME: '/cfg'}})
    const by = (source: string) => found.filter(candidate => candidate.source === source).map(({socket}) => socket)
    assert.deepEqual(by('colima'), ['/home/u/.colima/default/docker.sock', '/cfg/colima/default/docker.sock'])
    assert.deepEqual(by('Rancher Desktop'), ['/home/u/.rd/docker.sock'])
    assert.deepEqual(by('rootless Docker'), ['/run/user/1000/docker.sock'])
    assert.deepEqual(by('podman'), ['/run/user/1000/podman/podman.sock', '/run/podman/podman.sock'])
  })

  it('looks for no rootless engine of root', () => {
    assert.deepEqual(
      candidates({...BASE, uid: 0}).filter(({source}) => source === 'rootless Docker'),
      [],
    )
  })

  for (const [title, input, code, text] of REFUSED) {
    it(`refuses ${title}`, () => {
      assert.throws(
        () => sockets(input),
        error => error instanceof LabError && error.code === code && text.test(error.message) && error.next.length > 0,
      )
    })
  }
})
