import assert from 'node:assert/strict'
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inspect} from 'node:util'
import {RegistryLogins} from '../../../../src/engine/images/registry-login.js'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const entry = (user: string, password: string) => ({auth: base64(`${user}:${password}`)})

describe('RegistryLogins', () => {
  let folder: string
  let warnings: string[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-login-'))
    warnings = []
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  /** An executable such as docker-credential-pass, which notes what it is asked. */
  async function helper(name: string, script: string): Promise<void> {
    const path = join(folder, `docker-credential-${name}`)
    await writeFile(path, `#!/bin/sh\nread -r asked\necho "$1 $asked" >>"${folder}/asked"\n${script}\n`)
    await chmod(path, 0o755)
  }
  const logins = (config: object | string) =>
    new RegistryLogins({
      dockerConfig: typeof config === 'string' ? config : JSON.stringify(config),
      env: {PATH: `${folder}:/usr/bin:/bin`},
    })

  async function login(config: object | string, image: string): Promise<object | undefined> {
    const found = await logins(config).of(image, text => warnings.push(text))
    return found && (JSON.parse(Buffer.from(String(found), 'base64').toString()) as object)
  }
  const HUB = 'https://index.docker.io/v1/'

  for (const [what, auths, image, expected] of [
    ['a host', {'a.test:5000': entry('me', 'x:y')}, 'a.test:5000/r/i:1', ['me', 'x:y', 'a.test:5000']],
    ['a URL', {'https://a.test/v2/': entry('me', 'p')}, 'a.test/i', ['me', 'p', 'a.test']],
    ['Docker Hub', {[HUB]: entry('me', 'p')}, 'wso2/wso2am:3.2.0', ['me', 'p', HUB]],
    ['an official image', {[HUB]: entry('me', 'p')}, 'mysql:8.0', ['me', 'p', HUB]],
    ['localhost', {localhost: entry('me', 'p')}, 'localhost/i', ['me', 'p', 'localhost']],
    ['name and password', {'a.test': {username: 'me', password: 'p'}}, 'a.test/i', ['me', 'p', 'a.test']],
  ] as const)
    it(`finds what docker login wrote for ${what}`, async () => {
      const [username, password, serveraddress] = expected
      assert.deepEqual(await login({auths}, image), {username, password, serveraddress})
    })

  for (const [what, config] of [
    ['nothing', {}],
    ['another registry', {auths: {'b.test': entry('me', 'p')}}],
    ['an empty entry', {auths: {'a.test': {}}}],
    ['null', {auths: {'a.test': null}}],
    ['damage', '{"auths"'],
    ['a list', '[1]'],
    ['no text', 'null'],
  ] as const)
    it(`finds none in ${what}`, async () => {
      assert.equal(await login(config, 'a.test/i'), undefined)
      assert.deepEqual(warnings, [])
    })

  it('takes an identity token', async () => {
    const auths = {'a.test': {auth: base64('me:'), identitytoken: 'token'}}
    assert.deepEqual(await login({auths}, 'a.test/i'), {
      username: 'me',
      identitytoken: 'token',
      serveraddress: 'a.test',
    })
  })

  it('asks the helper of the registry before the store, and the store before the file', async () => {
    await helper('one', `echo '{"Username":"one","Secret":"s1"}'`)
    await helper('all', `echo '{"Username":"all","Secret":"s2"}'`)
    const config = {credHelpers: {'a.test': 'one'}, credsStore: 'all', auths: {'a.test': entry('file', 'p')}}
    assert.deepEqual(await login(config, 'a.test/i'), {username: 'one', password: 's1', serveraddress: 'a.test'})
    assert.deepEqual(await login(config, 'mysql'), {username: 'all', password: 's2', serveraddress: HUB})
    assert.equal(await readFile(join(folder, 'asked'), 'utf8'), `get a.test\nget ${HUB}\n`)
  })

  it('takes a token from a helper', async () => {
    await helper('one', `echo '{"Username":"<token>","Secret":"t"}'`)
    assert.deepEqual(await login({credsStore: 'one'}, 'a.test/i'), {identitytoken: 't', serveraddress: 'a.test'})
  })

  it('asks a helper once for all images of a registry', async () => {
    await helper('one', `echo '{"Username":"me","Secret":"s"}'`)
    const all = logins({credsStore: 'one'})
    await Promise.all(['a.test/i', 'a.test/j'].map(image => all.of(image)))
    assert.equal(await readFile(join(folder, 'asked'), 'utf8'), 'get a.test\n')
  })

  it('goes on with the file where a helper has none', async () => {
    await helper('one', `echo 'credentials not found in native keychain'; exit 1`)
    const config = {credsStore: 'one', auths: {'a.test': entry('file', 'p')}}
    assert.deepEqual(await login(config, 'a.test/i'), {username: 'file', password: 'p', serveraddress: 'a.test'})
    assert.deepEqual(warnings, [])
  })

  for (const [what, script, text] of [
    ['fails', `echo '{"Secret":"very-secret"}'; echo very-secret >&2; exit 7`, /one.* ended with exit code 7/],
    ['talks nonsense', 'echo very-secret', /one.* gave no login that can be read/],
  ] as const)
    it(`warns of a helper that ${what}, without its words`, async () => {
      await helper('one', script)
      assert.equal(await login({credsStore: 'one'}, 'a.test/i'), undefined)
      assert.equal(warnings.length, 1)
      assert.match(warnings[0]!, text)
      assert.doesNotMatch(warnings[0]!, /very-secret/)
    })

  it('warns of a helper that is not there, and runs none by a path', async () => {
    assert.equal(await login({credsStore: 'missing'}, 'a.test/i'), undefined)
    assert.match(warnings.join(), /docker-credential-missing.* can not be run/)
    assert.equal(await login({credsStore: '../../bin/sh'}, 'a.test/i'), undefined)
    assert.equal(warnings.length, 1)
  })

  it('shows a login to nobody who describes it', async () => {
    const found = await logins({auths: {'a.test': entry('me', 'very-secret')}}).of('a.test/i')
    const shown = inspect({headers: {auth: found}}, {showHidden: true, depth: null}) + JSON.stringify({found})
    assert.doesNotMatch(shown, /very-secret|eyJ/)
  })
})
