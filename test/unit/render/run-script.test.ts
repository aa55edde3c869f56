import assert from 'node:assert/strict'
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {renderer} from '../../../src/render/templates.js'
import {eventually} from '../../support/eventually.js'
import {templates} from '../../support/lab.js'

/** As WSO2's do: a shell that waits for its child and hands no signal on. */
const ENTRYPOINT = `#!/bin/bash
echo "started with $*" >> log
bash -c 'echo $$ > server.pid; trap "echo saved >> log; exit 3" USR1; while :; do sleep 0.02; done'
`

describe("the wrapper around an image's entrypoint", () => {
  let folder: string
  const read = () => readFile(join(folder, 'log'), 'utf8').catch(() => '')

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-run-'))
    const entrypoint = join(folder, 'entrypoint.sh')
    await writeFile(entrypoint, ENTRYPOINT)
    await chmod(entrypoint, 0o755)
    const text = renderer(templates())('run.sh', {
      entrypoint,
      stop: 'kill -USR1 $(cat server.pid)',
      levels: [],
      log_config: {path: '', properties: false},
    })
    await writeFile(join(folder, 'run.sh'), text)
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('hands arguments on, and answers a stop with the stop script, waiting for the server to end', async () => {
    const child = execa('bash', ['run.sh', '-Dprofile=x', 'a b'], {cwd: folder, reject: false})
    await eventually(
      'the server runs',
      async () => (await readFile(join(folder, 'server.pid'), 'utf8').catch(() => '')) !== '',
    )
    child.kill('SIGTERM')
    const {exitCode} = await child
    assert.equal(await read(), 'started with -Dprofile=x a b\nsaved\n')
    assert.equal(exitCode, 3)
  })

  const LEVELS = [
    {logger: 'org.wso2.carbon.apimgt', level: 'DEBUG'},
    {logger: 'org.apache.synapse', level: 'TRACE'},
  ]
  const CONFIGS = [
    {
      file: 'log4j2.properties',
      before: 'appenders = A\nloggers = AUDIT_LOG, trace, \\\n  other\nlogger.other.level = WARN',
      after:
        /^appenders = A\nloggers = lab0, lab1, AUDIT_LOG, trace, \\\n {2}other\nlogger\.other\.level = WARN\nlogger\.lab0\.name = org\.wso2\.carbon\.apimgt\nlogger\.lab0\.level = DEBUG\nlogger\.lab1\.name = org\.apache\.synapse\nlogger\.lab1\.level = TRACE\n$/,
    },
    {
      file: 'log4j2.xml',
      before: '<Loggers>\n<Logger name="x"/></Loggers>',
      after:
        /^<Loggers><Logger name="org\.wso2\.carbon\.apimgt" level="DEBUG"\/><Logger name="org\.apache\.synapse" level="TRACE"\/>\n<Logger name="x"\/>/,
    },
  ]
  for (const {file, before, after} of CONFIGS)
    it(`writes log levels into ${file}, and no twice`, async () => {
      await writeFile(join(folder, file), before)
      await writeFile(join(folder, 'entrypoint.sh'), '#!/bin/bash\n')
      const entrypoint = join(folder, 'entrypoint.sh')
      const log_config = {path: join(folder, file), properties: file.endsWith('.properties')}
      const text = renderer(templates())('run.sh', {entrypoint, stop: ':', levels: LEVELS, log_config})
      await writeFile(join(folder, 'run.sh'), text)
      await execa('bash', ['run.sh'], {cwd: folder})
      await execa('bash', ['run.sh'], {cwd: folder})
      assert.match(await readFile(join(folder, file), 'utf8'), after)
    })

  it('ends with the server, and as it does', async () => {
    await writeFile(join(folder, 'entrypoint.sh'), '#!/bin/bash\nexit 7\n')
    // A server that ends at once may have ended before anyone looks.
    const runs = Array.from({length: 20}, () => execa('bash', ['run.sh'], {cwd: folder, reject: false}))
    assert.deepEqual([...new Set((await Promise.all(runs)).map(({exitCode}) => exitCode))], [7])
  })
})
