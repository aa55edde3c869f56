import type {SnapshotView} from '../../src/lab/snapshots/show.js'
import {BenchLab} from './bench-lab.js'
import type {Bench} from './context.js'
import {median} from './figures.js'

const ROUNDS = 3
/** 40 000 rows of 7.7 kB that no compression makes smaller: 300 MB. */
const FILL = `
CREATE DATABASE bench; USE bench; CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARBINARY(8192));
SET SESSION cte_max_recursion_depth = 100000;
INSERT INTO t (v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
SELECT CONCAT(${Array.from({length: 7}, () => 'RANDOM_BYTES(1024)').join(', ')}, RANDOM_BYTES(512)) FROM n;`

const CLIENT = ['mysql', '--defaults-extra-file=/etc/apim-lab/admin.cnf', '-e']

/** Saves and restores a lab with rows in its databases, beside a restart of the same nodes. */
export const snapshots: Bench = {
  summary: 'snapshots of a lab whose MySQL holds 300 MB',
  run: context =>
    BenchLab.with(
      context,
      async lab => {
        await lab.up()
        await lab.run('exec', 'mysql', '--', ...CLIENT, FILL)
        const [frozen, save, restore, restart]: number[][] = [[], [], [], []]
        for (let i = 0; i < ROUNDS; i++) {
          save!.push((await lab.run('snapshot', 'save', `s${i}`)).seconds)
          frozen!.push((await lab.json<SnapshotView>('snapshot', 'show', `s${i}`)).frozenMs ?? 0)
          await lab.run('exec', 'mysql', '--', ...CLIENT, 'DELETE FROM bench.t LIMIT 100')
          restore!.push((await lab.run('snapshot', 'restore', `s${i}`)).seconds)
          restart!.push((await lab.run('restart')).seconds)
        }
        const boot = median(restart!)
        return [
          {name: 'nodes frozen', value: Math.max(...frozen!), unit: 'ms', most: 1000, of: `the longest of ${ROUNDS}`},
          {name: 'save', value: median(save!), unit: 's', most: 3},
          {
            name: 'restore',
            value: median(restore!),
            unit: 's',
            most: boot + 2,
            of: `a restart takes ${boot.toFixed(2)} s`,
          },
        ]
      },
      'snapshots',
    ),
}
