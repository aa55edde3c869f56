import {BenchLab} from './bench-lab.js'
import type {Bench} from './context.js'
import {allParts, snapshot} from './snapshot.js'

/** Where the CPU-seconds of a cold `up` go, by part. The engine has nothing else to do meanwhile, and the images are there. */
export const parts: Bench = {
  summary: 'CPU-seconds of a cold up, by part',
  run: context =>
    BenchLab.with(context, async lab => {
      // Images, certificates and the rendered files are there before anything is counted.
      await lab.up()
      await lab.run('down', '--volumes')
      const before = await snapshot(new Map())
      const {seconds} = await lab.up()
      const after = await snapshot(await lab.containers())
      return [
        {name: 'cold up', value: seconds, unit: 's'},
        ...allParts(before, after).map(({part, seconds: value}) => ({name: part, value, unit: 'CPU-s'})),
      ]
    }),
}
