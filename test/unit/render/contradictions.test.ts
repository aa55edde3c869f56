import assert from 'node:assert/strict'
import {contradictionTexts} from '../../../src/render/contradictions.js'
import type {LabSettings} from '../../../src/model/settings.js'
import {templates, topology} from '../../support/lab.js'

const texts = (changes: Partial<LabSettings>) => contradictionTexts(topology(changes), templates())
const file = (content: string, path = 'gateway.toml') => ({path, content})

describe('what contradicts the lab', () => {
  it('is told of all files at once, with the way to ask for it', () =>
    assert.deepEqual(
      texts({
        overlay: file('[server]\nserver_role = "default"\n', 'all.toml'),
        components: {gateway: {replicas: 2, overlay: file('[server]\noffset = 3\n')}},
        nodes: {'publisher-1': {config: file('[server]\nhostname = "api.example.com"\n', 'whole.toml')}},
      }),
      [
        "all.toml: server.server_role default is left out: the lab says each node's own value; " +
          'a node has the role of its component',
        'whole.toml: server.hostname api.example.com stays (publisher-1), although the lab says ' +
          'publisher.apim.localhost: the file is taken whole',
        'gateway.toml: server.offset 3 is left out: the lab says nothing; ' +
          'set components.gateway.offset in the lab file',
      ],
    ))

  it('are removals that remove nothing anywhere', () =>
    assert.deepEqual(texts({remove: ['apim.event_hub', 'apim.evnt_hub']}), ['remove: apim.evnt_hub is in no file']))

  it('is nothing in a lab without such files', () => assert.deepEqual(texts({}), []))
})
