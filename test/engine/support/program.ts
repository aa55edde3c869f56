import {cp, mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {ROOT} from '../../support/lab.js'

/** The built program, with next to nothing for what goes into images: the stub runs none, and they are read at every `up`. */
export async function copyProgram(folder: string): Promise<string> {
  const root = join(folder, 'program')
  await mkdir(root)
  await Promise.all([
    ...['bin/run.js', 'package.json', 'dist/execute.js', 'dist/chunks', 'dist/commands'].map(path =>
      cp(join(ROOT, path), join(root, path), {recursive: true}),
    ),
    ...['templates', 'node_modules'].map(path => symlink(join(ROOT, path), join(root, path))),
    ...['mini', 'helper'].map(async name => {
      await mkdir(join(root, 'dist', name), {recursive: true})
      await writeFile(join(root, 'dist', name, 'main.js'), '// a program\n')
    }),
  ])
  return root
}
