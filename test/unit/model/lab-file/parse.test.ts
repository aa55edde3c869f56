import assert from 'node:assert/strict'
import {LabError} from '../../../../src/errors.js'
import {labFileJsonSchema} from '../../../../src/model/lab-file/json-schema.js'
import {withFiles} from '../../../../src/model/lab-file/lab-file.js'
import {parseLabFile} from '../../../../src/model/lab-file/parse.js'

const KNOWN = {components: ['publisher', 'devportal', 'key-manager', 'gateway', 'traffic-manager']}
const FILE = 'apim-lab.yaml'
/** Keys and blocks of a lab file, as its JSON Schema has them. */
const BLOCKS = Object.keys((labFileJsonSchema(KNOWN.components) as {properties: object}).properties)
const parse = (text: string) => parseLabFile(text, FILE, KNOWN)

/** Every line of the error, the message first. */
function errorsOf(text: string): readonly string[] {
  try {
    parse(text)
  } catch (error) {
    assert.ok(error instanceof LabError, String(error))
    assert.equal(error.code, 'lab-file-invalid')
    return [error.message, ...error.evidence]
  }
  return []
}

describe('a lab file that is right', () => {
  for (const text of ['', '\n', '# nothing\n', '---\n', '{}', 'components:\n', 'ports:\ncomponents:\n  gateway:\n']) {
    it(`leaves all at its default: ${JSON.stringify(text)}`, () => assert.deepEqual(parse(text), {files: []}))
  }

  it('may say everything', () => {
    const text = `
name: demo
release: 3.2.0
domain: lab.example.com
analytics: false
multiTenancy: true
gateway: {sharedDb: auto}
ports: {address: "::1", offset: 100}
mysql: {image: "mysql:8.4", memory: 1g, environment: {TZ: UTC}}
loadBalancer: {image: nginx, memory: 200, hosts: one, host: apim.example.com, config: nginx.conf}
components:
  gateway:
    replicas: 2
    memory: 512m
    environment: {DEBUG: true}
    image: registry.example.com:5000/wso2/wso2am:3.2.0
    overlay: overlays/gateway.toml
  publisher: {replicas: 0}
`
    assert.deepEqual(parse(text), {
      lab: 'demo',
      release: '3.2.0',
      domain: 'lab.example.com',
      address: '::1',
      portOffset: 100,
      analytics: false,
      multiTenancy: true,
      gatewaySharedDb: 'auto',
      mysqlImage: 'mysql:8.4',
      loadBalancerImage: 'nginx',
      hosts: 'one',
      host: 'apim.example.com',
      components: {
        gateway: {
          replicas: 2,
          memoryMb: 512,
          environment: {DEBUG: 'true'},
          image: 'registry.example.com:5000/wso2/wso2am:3.2.0',
        },
        publisher: {replicas: 0},
        mysql: {memoryMb: 1024, environment: {TZ: 'UTC'}},
        'load-balancer': {memoryMb: 200},
      },
      files: [
        {kind: 'config', path: 'nginx.conf', at: ['components', 'load-balancer', 'config']},
        {kind: 'overlay', path: 'overlays/gateway.toml', at: ['components', 'gateway', 'overlay']},
      ],
    })
  })

  it('passes environment variables as they are written', () => {
    const text =
      'components:\n  gateway:\n    environment: {A: 007, B: 1e3, C: TRUE, D: 12345678901234567890, E: "", F: 0x1F, G: yes}'
    assert.deepEqual(parse(text).components?.['gateway']?.environment, {
      A: '007',
      B: '1e3',
      C: 'TRUE',
      D: '12345678901234567890',
      E: '',
      F: '0x1F',
      G: 'yes',
    })
  })

  it('may use anchors and aliases', () => {
    const text = 'components:\n  gateway: &a {replicas: 2}\n  publisher: *a\n'
    assert.deepEqual(parse(text).components, {gateway: {replicas: 2}, publisher: {replicas: 2}})
  })

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    assert.deepEqual(parse('\ufeffname: demo\r\nports:\r\n  offset: 5\r\n'), {lab: 'demo', portOffset: 5, files: []})
    assert.match(errorsOf('\ufeffnam: x\r\n')[0]!, /^apim-lab\.yaml:1:1: unknown key nam/)
    assert.match(errorsOf('name: x\r\nports:\r\n  ofset: 5\r\n')[0]!, /^apim-lab\.yaml:3:3: unknown key ofset/)
  })

  it('gets its overlays once they are read', () => {
    const labFile = parse('components:\n  gateway: {replicas: 2, overlay: g.toml}\n  publisher: {overlay: p.toml}\n')
    const overlay = {path: 'g.toml', content: 'a = 1'}
    assert.deepEqual(
      withFiles(labFile, ({path}) => ({path, content: 'a = 1'})),
      {
        components: {gateway: {replicas: 2, overlay}, publisher: {overlay: {...overlay, path: 'p.toml'}}},
      },
    )
  })
})

describe('a lab file that is wrong', () => {
  const cases: readonly (readonly [text: string, ...errors: string[]])[] = [
    ['name: a\nrelease: mini\ngatway: {}\n', '3:1: unknown key gatway; did you mean gateway'],
    ['analitics: true', '1:1: unknown key analitics; did you mean analytics'],
    ['ports:\n  adress: 1.2.3.4\n', '2:3: unknown key adress; did you mean address'],
    ['ports: {x: 1}', '1:9: unknown key x; known here: address, offset, public'],
    ['publisher: {replicas: 2}', '1:1: unknown key publisher; did you mean components.publisher'],
    ['gateway: {replicas: 2}', '1:11: unknown key replicas; did you mean components.gateway.replicas'],
    ['components:\n  gatway: {}', '2:3: unknown component gatway; did you mean gateway'],
    ['components: {mysql: {}}', '1:14: unknown component mysql; did you mean the key mysql at the top level'],
    [
      'components:\n  gateway:\n    replicas: two\n',
      '3:15: components.gateway.replicas: expected a whole number of 0 or more, got "two"',
    ],
    [
      'components: {gateway: {replicas: -1}}',
      '1:34: components.gateway.replicas: expected a whole number of 0 or more, got -1',
    ],
    [
      'components: {gateway: {replicas: 1.5}}',
      '1:34: components.gateway.replicas: expected a whole number of 0 or more, got 1.5',
    ],
    [
      'components: {gateway: {replicas: .inf}}',
      '1:34: components.gateway.replicas: expected a whole number of 0 or more, got Infinity',
    ],
    ['components: [gateway]', '1:13: components: expected a block of components, got a list'],
    ['components: {gateway: 2}', '1:23: components.gateway: expected a block of keys, got 2'],
    ['- name: x', '1:1: expected a block of keys, got a list'],
    ['just text', '1:1: expected a block of keys, got "just text"'],
    ['release: 4.1', '1:10: release: expected a release such as 3.2.0 or mini, got 4.1; put it in quotes'],
    ['analytics: yes', '1:12: analytics: expected true or false, got "yes"'],
    ['gateway: {sharedDb: maybe}', '1:21: gateway.sharedDb: expected auto, true or false, got "maybe"'],
    ['ports: {offset: 50001}', '1:17: ports.offset: expected a whole number from 0 to 50000, got 50001'],
    [
      'name:\n',
      '1:6: name: expected a name: a small letter, then small letters, digits and hyphens, 32 at most, got nothing',
    ],
    ['name: a\nname: b\n', '2:1: duplicate key name'],
    ['components:\n  gateway: {}\n  "gateway": {}\n', '3:3: duplicate key gateway'],
    ['name: a\n\tports: 1\n', '2:1: tabs are not allowed as indentation'],
    ['name: a\n---\nname: b\n', '2:1: a second document: a lab file is one'],
    ['name: !!js/function x', '1:7: unresolved tag: tag:yaml.org,2002:js/function'],
    ['name: !env HOME', '1:7: unresolved tag: !env'],
    ['name: *nobody', '1:7: *nobody refers to nothing before it'],
    ['<<: {name: x}', `1:1: unknown key "<<"; known here: ${BLOCKS.join(', ')}`],
    ['__proto__: {name: x}', '1:1: unknown key __proto__'],
    ['components: {__proto__: {replicas: 1}}', '1:14: unknown key __proto__'],
    ['components: {gateway: {environment: {__proto__: x}}}', '1:38: unknown key __proto__'],
    [
      'components: {constructor: {}}',
      '1:14: unknown component constructor; known here: publisher, devportal, key-manager, gateway, traffic-manager',
    ],
    ['name: a\u0000b', '1:8: not UTF-8 text'],
    [Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xff]).toString('utf8'), '1:7: not UTF-8 text'],
  ]
  for (const [text, ...errors] of cases) {
    it(JSON.stringify(text), () => {
      assert.deepEqual(
        errorsOf(text),
        errors.map(error => `${FILE}:${error}`),
      )
    })
  }

  it('reports everything that is wrong, in the order of the text', () => {
    const text = 'components:\n  gateway:\n    replicas: two\n    memry: 1g\n  publsher:\nname: A B\nports: 5\n'
    assert.deepEqual(
      errorsOf(text).map(error => error.split(':').slice(1, 3).join(':')),
      ['3:15', '4:5', '5:3', '6:7', '7:8'],
    )
  })

  for (const text of ['a: b: c', 'a: [1', '"a', 'a: }', '? [a]\n: b', '%YAML 9', 'a: "\\q"', '@', '`id`: 1']) {
    it(`says where the syntax breaks: ${JSON.stringify(text)}`, () => {
      assert.match(errorsOf(text)[0] ?? '', /^apim-lab\.yaml:\d+:\d+: \S/)
    })
  }
})

describe('a lab file that came from someone else', () => {
  const refused: readonly (readonly [key: string, ...values: string[]])[] = [
    ['name', '../x', 'a b', '$(id)', 'A', ''],
    ['release', '../x', 'a b', '$(id)', ''],
    ['domain', '../x', 'a b', '$(id)', 'a_b', 'http://x', ''],
    [
      'ports.address',
      'localhost',
      '$(id)',
      '1.2.3',
      '1.2.3.4.5',
      '256.1.1.1',
      '1.2.3.4:80',
      '[::1]',
      ':::',
      '',
      '0x7f.1',
    ],
    [
      'mysql.image',
      'a b',
      '$(id)',
      '../x',
      '--privileged',
      'a:b:c',
      'mysql:',
      'MySQL',
      'a//b',
      'a\nb',
      '',
      '${IMAGE}',
      'a@sha256:1',
    ],
    [
      'components.gateway.overlay',
      '../x',
      '/etc/passwd',
      'a/../../x',
      '..',
      '.',
      'a/..',
      'a\\b',
      'C:x',
      '~/x',
      '$(id)',
      'a\nb',
      'a//b',
      '',
      'a/',
      './../x',
    ],
    ['components.gateway.memory', '1k', '0m', '-1m', '1.5g', '15m', '9999999g', 'lots', '512 m', ''],
    ['components.gateway.image', '$(id)', 'x;y'],
  ]
  for (const [key, ...values] of refused) {
    for (const value of values) {
      it(`${key} can't be ${JSON.stringify(value)}`, () => {
        const text = key.split('.').reduceRight((inner, part) => `{${part}: ${inner}}`, JSON.stringify(value))
        const [error = '', ...others] = errorsOf(text)
        assert.match(error, new RegExp(`${key.replaceAll('.', '\\.')}: expected .*, got `))
        assert.deepEqual(others, [])
      })
    }
  }

  const accepted: readonly (readonly [key: string, ...values: string[]])[] = [
    ['ports.address', '0.0.0.0', '127.0.0.1', '::1', 'fe80::1', '2001:db8::8:800:200c:417a'],
    [
      'mysql.image',
      'mysql',
      'mysql:8.0',
      'a/b/c:1',
      'localhost:5000/a__b',
      `a/b@sha256:${'0'.repeat(64)}`,
      'Reg.io/x:Y',
    ],
    [
      'components.gateway.overlay',
      'g.toml',
      './g.toml',
      'a/b.toml',
      'my overlay.toml',
      '..g',
      'a/...b',
      'überlagerung.toml',
    ],
    ['components.gateway.memory', '16m', '1G', '1024g', '2048M'],
  ]
  for (const [key, ...values] of accepted) {
    for (const value of values) {
      it(`${key} can be ${JSON.stringify(value)}`, () => {
        assert.deepEqual(
          errorsOf(key.split('.').reduceRight((inner, part) => `{${part}: ${inner}}`, JSON.stringify(value))),
          [],
        )
      })
    }
  }

  for (const name of ['1A', 'A B', 'A=B', 'A-B', '$(id)', '', 'Ä', 'A\n']) {
    it(`no environment variable is called ${JSON.stringify(name)}`, () => {
      const text = JSON.stringify({components: {gateway: {environment: {[name]: 'x'}}}})
      assert.match(
        errorsOf(text)[0] ?? '',
        /components\.gateway\.environment: expected the name of an environment variable, got "/,
      )
    })
  }

  for (const value of ['[1]', '{a: 1}', '', '"a\\0b"', '"\\e[2J"']) {
    it(`no environment variable has the value ${value || 'nothing'}`, () => {
      const text = `components:\n  gateway:\n    environment:\n      A: ${value}\n`
      assert.match(errorsOf(text)[0] ?? '', /4:\d+: components\.gateway\.environment\.A: expected a text/)
    })
  }

  it('can show nothing that a terminal obeys', () => {
    const texts = ['"\\e[2J": 1', 'name: "\\e[2J\\u009b2J\\u202e"', '"a\\nb\\u2028": 1', 'name: "\u009b2J"']
    for (const text of texts) {
      for (const line of errorsOf(text)) assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
    }
  })

  it('is not shown at length', () => {
    for (const text of [`name: ${'x'.repeat(10_000)}`, `${'x'.repeat(900)}: 1`]) {
      for (const line of errorsOf(text)) assert.ok(line.length < 400, line)
    }
  })

  it('changes no object of ours', () => {
    errorsOf('__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}')
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })

  const levels = Array.from({length: 9}, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`)
  const bombs: readonly (readonly [what: string, text: string])[] = [
    ['a billion laughs', ['l0: &l0 [lol]', ...levels].join('\n')],
    ['laughs as components', `x: &x {replicas: 1}\ncomponents:\n${'  gateway: *x\n'.repeat(200)}`],
    ['a node that contains itself', 'components: &a {gateway: *a}'],
    ['10 MB', 'a'.repeat(10 * 1024 * 1024)],
    ['10 MB of lines', 'a: 1\n'.repeat(2 * 1024 * 1024)],
    ['brackets', '['.repeat(60_000)],
    ['brackets over lines', '[\n'.repeat(30_000)],
    ['braces', '{a: '.repeat(15_000)],
    ['lists in lists', '- '.repeat(30_000)],
    ['keys of keys', '? '.repeat(30_000)],
    ['deep indentation', Array.from({length: 350}, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['many keys', Array.from({length: 7000}, (_, i) => `k${i}: 1`).join('\n')],
    ['many tags', `a: ${'!a '.repeat(20_000)}`],
    ['many anchors', '&a\n'.repeat(20_000)],
    ['many quotes', '"'.repeat(60_000)],
    ['a long key', `${'a'.repeat(1000)}: 1`],
    ['a long image', `mysql: {image: ${'a.'.repeat(30_000)}!}`],
    ['a long domain', `domain: ${'a-'.repeat(30_000)}!`],
    ['a long overlay', `components: {gateway: {overlay: "${'a/'.repeat(30_000)}"}}`],
  ]
  for (const [what, text] of bombs) {
    it(`is refused before the test's own deadline: ${what}`, () => {
      const errors = errorsOf(text)
      assert.match(errors[0] ?? '', /^apim-lab\.yaml:\d+:\d+: /)
      assert.ok(errors.length <= 101, String(errors.length))
    })
  }
})
