import {join} from 'node:path'
import {execa} from 'execa'
import {ROOT} from '../support/lab.js'
import {BenchLab} from './bench-lab.js'
import type {Bench} from './context.js'

const MEGABYTE = 1024 * 1024

/** Seconds from a container's start to its component's word that it is ready. */
async function readyAfter(id: string): Promise<number> {
  const [started, logged] = await Promise.all([
    execa('docker', ['inspect', '-f', '{{.State.StartedAt}}', id]),
    execa('docker', ['logs', '-t', id]),
  ])
  const [ready] =
    logged.stdout
      .split('\n')
      .findLast(line => line.includes('WSO2 Carbon started in'))
      ?.split(' ') ?? []
  return ready === undefined ? 0 : (Date.parse(ready) - Date.parse(started.stdout)) / 1000
}

async function rendering(): Promise<{readonly first: number; readonly median: number}> {
  const {stdout} = await execa('node', ['--import', 'tsx', join(ROOT, 'test/bench/rendering.ts')])
  return JSON.parse(stdout) as {first: number; median: number}
}

/** Memory of the command and of a component, how soon a component is ready, and how long rendering takes. */
export const size: Bench = {
  summary: 'memory of the command and of a component, readiness of a component, rendering of 50 nodes',
  run: context =>
    BenchLab.with(context, async lab => {
      const cold = await lab.up()
      const {nodes} = await lab.status()
      const mini = nodes.filter(({image}) => image.includes('/mini')).map(({memoryBytes}) => memoryBytes)
      const down = await lab.run('down')
      const kept = await lab.up()
      const slowest = Math.max(...(await Promise.all([...(await lab.containers()).values()].map(readyAfter))))
      const {first, median} = await rendering()
      const peak = Math.max(...[cold, down, kept].map(({peakMb}) => peakMb))
      return [
        {name: 'peak memory of the command', value: Math.round(peak), unit: 'MB', most: 150},
        {name: 'memory of a mini component', value: Math.round(Math.max(...mini) / MEGABYTE), unit: 'MB', most: 120},
        {name: "the slowest component's start, volumes kept", value: slowest, unit: 's', most: 5},
        {name: 'rendering 50 nodes', value: Math.round(median), unit: 'ms', most: 100},
        {name: 'the same, the first time in a process', value: Math.round(first), unit: 'ms'},
      ]
    }),
}
