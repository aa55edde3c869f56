import {mkdtemp, mkdir, writeFile} from 'node:fs/promises'
import {SweepLab} from '/work/main/test/engine/support/sweep-lab.js'
const keys = await mkdtemp('/tmp/keys-')
const programs = await mkdtemp('/tmp/programs-')
for (const p of ['mini','helper']) { await mkdir(`${programs}/${p}`); await writeFile(`${programs}/${p}/main.js`, '// program\n') }
const lab = await SweepLab.start({portOffset: 12000, keys, programs})
const t = async (name: string, f: () => Promise<unknown>) => { const s = performance.now(), c = process.cpuUsage(); lab.stub.resetCalls(); await f(); const u = process.cpuUsage(c); console.log(name, (performance.now()-s).toFixed(0), ((u.user+u.system)/1000).toFixed(0), lab.stub.calls.length) }
await t('fresh', () => lab.fresh())
await t('up', () => lab.run('up'))
await lab.keepKeys()
for (let i=0;i<6;i++) {
await t('fresh', () => lab.fresh())
await t('up', () => lab.run('up'))

await t('converge', () => lab.converge('up'))
await t('change', async () => { const p = await lab.run('change'); if (i===0) console.log((await import('/work/main/src/plan/operations.js')).formatPlan(p)) })
await t('converge', () => lab.converge('change'))
await t('down', () => lab.run('down'))
await t('converge', () => lab.converge('down'))
await t('takedown', () => lab.takeDown())
}
await lab.close()
