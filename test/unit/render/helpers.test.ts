import assert from 'node:assert/strict'
import {parse as parseToml} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import {renderer} from '../../../src/render/templates.js'

const NASTY = [
  'plain',
  '',
  'a "quoted" \\ back\\slash',
  "it's",
  'a=b&amp;c=d',
  'a&b<c>',
  'two\nlines\r\n\ttab',
  'nul \u0000 bell \u0007 del \u007f c1 \u0085 ls \u2028 bom \ufeff',
  'ünïcödé 漢字 🚀',
  '${carbon.home} $ref{a.b} $env{X} {{x}}',
  'true',
  '007',
  ': - # [ ] { } ! * & %',
]

const render = (text: string, view: object) => renderer(new Map([['t', text]]))('t', view)

describe('toml and yaml', () => {
  for (const value of NASTY)
    it(`give back ${JSON.stringify(value)}`, () => {
      assert.equal(parseToml(render('v = {{toml value}}\n', {value})).v, value)
      assert.deepEqual(parseYaml(render('v: {{yaml value}}\n', {value})), {v: value})
    })

  for (const value of [0, -1, 9443, 1.5, true, false])
    it(`keep ${value} what it is`, () => {
      assert.equal(parseToml(render('v = {{toml value}}\n', {value})).v, value)
      assert.deepEqual(parseYaml(render('v: {{yaml value}}\n', {value})), {v: value})
    })

  it('join several values to one text', () => {
    const text = render('v = {{toml "tcp://" name ":" port}}', {name: 'gateway-1', port: 9611})
    assert.equal(text, 'v = "tcp://gateway-1:9611"')
  })
})

describe('eq and base64', () => {
  it('eq compares without converting', () => {
    const text = '{{#if (eq a b)}}same{{else}}other{{/if}}'
    assert.equal(render(text, {a: 1, b: 1}), 'same')
    assert.equal(render(text, {a: 1, b: '1'}), 'other')
  })

  it('base64 encodes UTF-8', () => {
    assert.equal(render('{{base64 a}}', {a: 'admin'}), 'YWRtaW4=')
    assert.equal(render('{{base64 a}}', {a: 'ü'}), 'w7w=')
  })
})
