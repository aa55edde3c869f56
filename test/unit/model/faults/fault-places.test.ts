import assert from 'node:assert/strict'
import {faultPlaces, sharedLinks} from '../../../../src/model/faults/fault-places.js'
import {topology} from '../../../support/lab.js'

const lab = topology({components: {gateway: {replicas: 2}}})

describe('the places of a fault', () => {
  it('are at the client of the link', () =>
    assert.deepEqual(faultPlaces('gateway-1->traffic-manager-1:5672', lab), [
      {
        node: 'gateway-1',
        flows: [{host: 'traffic-manager-1', port: 5672}],
        links: ['gateway-1->traffic-manager-1:5672'],
      },
    ]))

  it('are at all nodes of a component', () =>
    assert.deepEqual(
      faultPlaces('gateway->traffic-manager:5672', lab).map(({node}) => node),
      ['gateway-1', 'gateway-2'],
    ))

  it('are where users come in', () => {
    const [place] = faultPlaces('user->load-balancer:8243', lab)
    assert.deepEqual(place, {
      node: 'load-balancer',
      flows: [{host: null, port: 8243}],
      links: ['user->load-balancer:8243'],
    })
  })

  it('of what leads through the load balancer are on the way to it', () => {
    const [place] = faultPlaces('devportal-1->gateway-1:8243', lab)
    assert.deepEqual(place!.flows, [{host: 'load-balancer', port: 8243}])
    assert.deepEqual(sharedLinks(place!, lab), ['devportal-1->gateway-2:8243'])
  })

  it('of a login hit the other databases of its account', () => {
    const [place] = faultPlaces('publisher-1->mysql/apimgtdb', lab)
    assert.deepEqual(place!.flows, [{host: 'mysql', port: 3306}])
    assert.deepEqual(sharedLinks(place!, lab), ['publisher-1->mysql/shareddb'])
  })

  it('are none where nothing flows', () => {
    assert.throws(() => faultPlaces('gateway-1->mysql/apimgtdb', lab), {
      code: 'fault-impossible',
      message: /gateway-1 does not use that database/,
    })
    assert.throws(() => faultPlaces('gateway-1->gateway-1/local', lab), {code: 'fault-impossible'})
  })

  it('of no link are an error with the links that there are', () => {
    const links = (word: string): readonly string[] => {
      try {
        faultPlaces(word, lab)
        return []
      } catch (error) {
        return (error as {evidence: readonly string[]}).evidence
      }
    }
    assert.deepEqual(links('gateway-1->traffic-manager-1:1234').slice(1), [
      '  gateway-1->traffic-manager-1:9611',
      '  gateway-1->traffic-manager-1:9711',
      '  gateway-1->traffic-manager-1:5672',
      '  gateway-1->traffic-manager-1:9443',
    ])
    assert.ok(links('nobody->there:1').length > 50)
  })
})
