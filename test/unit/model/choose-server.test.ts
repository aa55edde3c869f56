import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import type {LabSettings} from '../../../src/model/settings.js'
import {topology} from '../../support/lab.js'

const refused = (changes: Partial<LabSettings>): LabError => {
  try {
    topology(changes)
  } catch (error) {
    assert.ok(error instanceof LabError)
    return error
  }
  assert.fail('it is taken')
}

describe("the lab's database server", () => {
  it('is the one that is asked for, where the release can be used with it', () => {
    assert.equal(topology().server.title, 'MySQL')
    const {server, nodes} = topology({release: '3.2.0', database: 'postgresql'})
    assert.equal(server.title, 'PostgreSQL')
    assert.deepEqual(
      nodes.filter(({spec}) => spec.role !== undefined).map(({name, image}) => [name, image]),
      [
        ['postgresql', 'postgres:17'],
        ['load-balancer', 'nginx:1.28'],
      ],
    )
  })

  it('is refused with the reason and what works, where the release has another', () => {
    const {code, message, next} = refused({database: 'postgresql'})
    assert.equal(code, 'usage-invalid')
    assert.equal(message, "Release mini can't be used with PostgreSQL: its components speak MySQL's SQL.")
    assert.deepEqual(next, ['apim-lab up --database mysql', 'apim-lab up --release 3.2.0 --database postgresql'])
    assert.match(
      refused({release: '3.1.0', database: 'postgresql'}).message,
      /its configuration is rendered for no other/,
    )
  })

  for (const [what, changes] of [
    ['mysql.charset', {mysqlCharset: 'utf8mb4'}],
    ['mysql.config', {mysqlConfig: {path: 'my.cnf', content: ''}}],
    ['mysql.driver (--driver)', {mysqlDriver: '/a.jar'}],
    ['mysql', {components: {mysql: {memoryMb: 512}}}],
  ] as const)
    it(`is told apart from the one that ${what} is for`, () => {
      const {code, message} = refused({release: '3.2.0', database: 'postgresql', ...changes})
      assert.equal(code, 'usage-invalid')
      assert.equal(message, `${what} is for MySQL, and the database server of this lab is PostgreSQL.`)
    })

  it('takes its own settings, and leaves the image of another alone', () => {
    const {nodes} = topology({
      release: '3.2.0',
      database: 'postgresql',
      mysqlImage: 'apim-lab/mysql:0.0.1',
      components: {postgresql: {memoryMb: 512}},
    })
    assert.equal(nodes.find(({name}) => name === 'postgresql')?.memoryMb, 512)
  })
})
