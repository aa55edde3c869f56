import assert from 'node:assert/strict'
import {parseLinkId, pickLinks, printLinkId, type LinkEnds} from '../../../src/model/link-id.js'
import {topology} from '../../support/lab.js'

const gateways = topology({components: {gateway: {replicas: 2}}})

const picked = (...words: string[]) => [...(pickLinks(words, gateways) ?? ['all'])]

describe('the id of a link', () => {
  const ends: readonly LinkEnds[] = [
    {client: 'gateway-1', server: 'traffic-manager-1', port: 5672},
    {client: 'gateway-1', server: 'traffic-manager', port: 5672},
    {client: 'publisher-1', server: 'mysql', database: 'apimgtdb'},
    {client: 'user', server: 'load-balancer', port: 9443},
  ]

  it('is read as it was printed', () => {
    assert.equal(printLinkId(ends[0]!), 'gateway-1->traffic-manager-1:5672')
    assert.equal(printLinkId(ends[2]!), 'publisher-1->mysql/apimgtdb')
    for (const one of ends) assert.deepEqual(parseLinkId(printLinkId(one)), one)
  })

  it('is read as links shows it to people', () => {
    assert.deepEqual(parseLinkId('gateway-1 -> traffic-manager-1:5672'), ends[0])
    assert.deepEqual(parseLinkId('publisher-1 -> mysql apimgtdb'), ends[2])
  })

  for (const text of [
    '',
    'gateway-1',
    'gateway-1->',
    'gateway-1-',
    '->mysql/x',
    'a->b',
    'a->b:',
    'a->b:99999999',
    'a->b->c:1',
  ])
    it(`is none: ${JSON.stringify(text)}`, () => assert.equal(parseLinkId(text), undefined))

  it('stands for all nodes of a component', () => {
    assert.deepEqual(picked('gateway->mysql/apimgtdb'), ['gateway-1->mysql/apimgtdb', 'gateway-2->mysql/apimgtdb'])
    assert.deepEqual(picked('publisher->gateway:9443'), [
      'publisher-1->gateway-1:9443',
      'publisher-1->gateway:9443',
      'publisher-1->gateway-2:9443',
    ])
  })

  it('names users, the load balancer and embedded databases too', () => {
    for (const id of ['user->load-balancer:8243', 'load-balancer->gateway-2:8243', 'gateway-2->gateway-2/local'])
      assert.ok(picked(id).includes(id))
    assert.deepEqual(picked(), ['all'])
  })

  it('of no link is an error with the nearest one, as it can be typed', () => {
    assert.throws(() => picked('gateway-1->trafic-manager-1:5672'), {
      code: 'link-unknown',
      message:
        'Lab apim has no link "gateway-1->trafic-manager-1:5672"; did you mean gateway-1->traffic-manager-1:5672.',
      next: ["apim-lab links 'gateway-1->traffic-manager-1:5672'", 'apim-lab links (shows all)'],
    })
    // What is left of an id without quotes.
    assert.throws(() => picked('gateway-1-'), {code: 'link-unknown', message: /put the id in quotes/})
    assert.throws(
      () => picked('x'.repeat(5000)),
      (error: Error) => error.message.length < 200,
    )
  })
})
