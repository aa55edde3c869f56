import assert from 'node:assert/strict'
import {isFault} from '../../src/mini/components/gateway/faults.js'
import {KeySets} from '../../src/mini/components/gateway/key-sets.js'
import {Tokens} from '../../src/mini/components/gateway/tokens.js'
import type {KeyManagerData} from '../../src/mini/hub/data.js'

const OWN: KeyManagerData = {
  ...{name: 'Resident Key Manager', type: 'default', enabled: true, tenantDomain: 'carbon.super'},
  configuration: {
    ...{
      issuer: 'https://own',
      token_endpoint: '',
      revoke_endpoint: '',
      introspection_endpoint: 'https://own/introspect',
    },
    ...{client_registration_endpoint: '', userinfo_endpoint: '', certificate_type: 'JWKS', certificate_value: ''},
    ...{self_validate_jwt: true, token_format_string: '^opaque$'},
  },
}

describe('mini: what a gateway remembers of tokens', () => {
  it('is not what it was finding out when the key managers changed', async () => {
    let managers = [OWN]
    const answers: ((said: unknown) => void)[] = []
    const tokens = new Tokens({
      life: 900_000,
      keys: new KeySets({fetch: () => Promise.reject(new Error('none')), changed: () => undefined}),
      keyManagers: () => managers,
      isRevoked: () => false,
      introspect: () => new Promise(resolve => answers.push(resolve)),
    })
    const first = Promise.resolve(tokens.check('opaque'))
    managers = [{...OWN, enabled: false}]
    tokens.forget()
    answers[0]?.({active: true, client_id: 'key'})
    assert.ok(!isFault(await first), 'it was good when it was asked for')
    assert.ok(isFault(await tokens.check('opaque')), 'its key manager is disabled')
  })
})
