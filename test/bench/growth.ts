import {BenchLab} from './bench-lab.js'
import type {Bench, Context} from './context.js'
import type {Figure} from './figures.js'
import {idleCost} from './idle.js'

const GATEWAYS = [1, 4, 8]
const IDLE_SECONDS = 30

const grown = (context: Context, gateways: number): Promise<readonly Figure[]> =>
  BenchLab.with(context, async lab => {
    const up = ['--scale', `gateway=${gateways}`]
    await lab.up(...up)
    await lab.run('down', '--volumes')
    const {seconds, cpuSeconds} = await lab.up(...up)
    const {percent} = await idleCost(lab, context, IDLE_SECONDS)
    const {nodes} = await lab.status()
    const bytes = nodes.reduce((total, {memoryBytes}) => total + memoryBytes, 0)
    const name = `${gateways} ${gateways === 1 ? 'gateway' : 'gateways'}`
    return [
      {name: `${name}, cold up`, value: seconds, unit: 's'},
      {name: `${name}, cold up`, value: cpuSeconds, unit: 'CPU-s'},
      {name: `${name}, memory`, value: Math.round(bytes / 1024 / 1024), unit: 'MB'},
      {name: `${name}, idle`, value: percent, unit: '%'},
    ]
  })

/** How the cost of a lab grows with its gateways. */
export const growth: Bench = {
  summary: `what ${GATEWAYS.join(', ')} gateways cost`,
  async run(context) {
    const figures: Figure[] = []
    for (const gateways of GATEWAYS) figures.push(...(await grown(context, gateways)))
    return figures
  },
}
