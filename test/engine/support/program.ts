import {cp, mkdir, readdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {ROOT} from '../../support/lab.js'

/** The built program, with next to nothing for what goes into images: the stub runs none, and they are read at every `up`. */
export async function copyProgram(folder: string): Promise<string> {
  const root = join(folder, 'program')
  await mkdir(root)
  const entries = await readdir(join(ROOT, 'dist'), {withFileTypes: true})
  const built = entries.filter(entry => entry.isFile()).map(({name}) => join('dist', name))
  await Promise.all([
    ...['bin/run.js', 'bin/load.js', 'package.json', ...built].map(path => cp(join(ROOT, path), join(root, path))),
    ...['templates', 'node_modules'].map(path => symlink(join(ROOT, path), join(root, path))),
    ...['mini', 'helper', 'fault-helper'].map(async name => {
      await mkdir(join(root, 'dist', name), {recursive: true})
      await writeFile(join(root, 'dist', name, 'main.cjs'), '// a program\n')
    }),
  ])
  return root
}
