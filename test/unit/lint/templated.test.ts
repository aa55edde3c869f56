import assert from 'node:assert/strict'
import {tomlsInYaml} from '../../../src/lint/config-map.js'
import {codes, findings, inText} from './lint-releases.js'

const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ template "prefix" . }}-gateway-conf
  {{ if .Values.config }}
data:
  deployment.toml: |-
  {{ tpl $content $ | indent 4 }}
  {{ else }}
data:
  deployment.toml: |-
    [server]
    hostname = "{{ .Values.hostname }}"
    node_ip = "$env{NODE_IP}"

    [user_store]
    type = "{{ template "type" . }}"

    [apim.throttling]
    service_url = "https://{{ template "prefix" . }}-tm:9443/services/"
    pasword = "x"
  {{- end }}
`

const linted = (text: string) => findings(tomlsInYaml(text).map(toml => ({file: 'conf.yaml', text: toml})))

describe('lint of files that a tool fills in', () => {
  it('finds a mistake in a config map where it stands in the YAML', () => {
    const [found, ...others] = linted(CONFIG_MAP)
    assert.deepEqual(others, [])
    assert.equal(found?.code, 'key-unknown')
    assert.match(found.fix, /apim\.throttling\.password/)
    assert.deepEqual([found.line, found.column], [21, 5])
  })

  it('takes bare actions for values, and lines of actions for none', () =>
    assert.deepEqual(
      inText(
        '[apim.analytics]\n{{- if .Values.analytics }}\nenable = {{ .Values.enable }} # {{ x }}\n{{- end }}\nstore_api_url = {{ quote .Values.url }}\n',
      ),
      [],
    ))

  it('says nothing of what is twice in branches', () =>
    assert.deepEqual(
      inText('{{ if .a }}\n[server]\nhostname = "a"\n{{ else }}\n[server]\nhostname = "b"\n{{ end }}\n'),
      [],
    ))

  it('still finds what no tool can put right', () => {
    assert.deepEqual(codes(inText('[user_store]\ntype = "nonsense"\n\n[server]\nhostname = "{{ .host }}"\n')), [
      'value-refused',
    ])
    assert.deepEqual(codes(inText('[server]\nhostname = "{{ .host }}"\n[server]\n')), ['toml-duplicate'])
  })
})
