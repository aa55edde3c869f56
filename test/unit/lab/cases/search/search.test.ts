import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DataDirectory} from '../../../../../src/disk/data-directory.js'
import type {CaseResult} from '../../../../../src/lab/cases/result.js'
import {checkDiffer, Search, type SearchEvent} from '../../../../../src/lab/cases/search/search.js'
import {minimalSet} from '../../../../../src/model/cases/search/minimal-set.js'
import type {Verdict} from '../../../../../src/model/cases/verdict.js'

const result = (verdict: Verdict): CaseResult => ({verdict, reason: 'seen', seed: 1, ms: 5, steps: []})

describe('a search with a case', () => {
  let path: string
  let context: {readonly data: DataDirectory}

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'apim-lab-search-'))
    context = {data: new DataDirectory(path)}
  })
  afterEach(() => rm(path, {recursive: true}))

  const open = (more: {reset?: boolean; onRun?: (event: SearchEvent) => void} = {}) =>
    Search.open('0123', {times: 1, most: 20, reset: false, ...more}, context)

  /** The bug is there with both 3 and 6; `stopAfter` runs the command is stopped. */
  async function bisect(search: Search, stopAfter = Infinity) {
    let ran = 0
    const run = (set: readonly number[]) => () => {
      if (ran++ >= stopAfter) return Promise.reject(new Error('stopped'))
      return Promise.resolve(result([3, 6].every(item => set.includes(item)) ? 'reproduced' : 'not-reproduced'))
    }
    const items = [0, 1, 2, 3, 4, 5, 6, 7]
    const good = await search.end('good', '', run([]))
    const bad = await search.end('bad', items.join(), run(items))
    const found = await minimalSet(items, async set => {
      const key = set.join()
      return (await search.decide({key, what: key, wanted: bad}, run(set))).outcome
    })
    return {good, bad, found, ran}
  }

  it('finds what turns the verdict, and tells each run', async () => {
    const told: SearchEvent[] = []
    const search = await open({onRun: event => told.push(event)})
    const {good, bad, found, ran} = await bisect(search)
    assert.deepEqual([good, bad, found], ['not-reproduced', 'reproduced', [3, 6]])
    assert.deepEqual([told.length, told.at(-1)!.runs, search.runs], [ran, ran, ran])
    assert.ok(search.tested.some(({what, outcome}) => what === '3,6' && outcome === 'turned'))
  })

  it('goes on where it was stopped: no run is done twice', async () => {
    const whole = (await bisect(await Search.open('other', {times: 1, most: 20, reset: false}, context))).ran
    await assert.rejects(bisect(await open(), 7), /stopped/)
    const again = await open()
    assert.equal(again.runs, 7)
    const {found, ran} = await bisect(again)
    assert.deepEqual([found, ran], [[3, 6], whole - 7])
  })

  it('begins anew where it is told to, after its end, and with a journal that is damaged', async () => {
    await assert.rejects(bisect(await open(), 3), /stopped/)
    assert.equal((await open({reset: true})).runs, 0)
    const search = await open()
    await bisect(search)
    await search.close()
    assert.equal((await open()).runs, 0)
    await context.data.search('0123').write('{"format": 1, "runs": {"": [{"verdict": "mayb')
    assert.equal((await open()).runs, 0)
  })

  it('believes no single run of a case whose ends do not agree with themselves', async () => {
    const search = await open()
    const verdicts: readonly Verdict[] = ['not-reproduced', ...Array<Verdict>(20).fill('reproduced')]
    let i = 0
    await search.end('bad', 'bad', () => Promise.resolve(result(verdicts[i++]!)))
    let runs = 0
    await search.decide({key: 'set', what: 'a set', wanted: 'reproduced'}, () => {
      runs++
      return Promise.resolve(result('reproduced'))
    })
    assert.equal(runs, 4)
  })

  it('says why an end has no verdict, and that ends are alike', async () => {
    const search = await open()
    await assert.rejects(
      search.end('good.toml', 'good', () => Promise.resolve({...result('inconclusive'), reason: 'no node is ready'})),
      {code: 'verdict-unknown', evidence: ['no node is ready']},
    )
    assert.throws(() => checkDiffer({what: 'a', verdict: 'reproduced'}, {what: 'b', verdict: 'reproduced'}), {
      code: 'verdict-same',
    })
  })
})
