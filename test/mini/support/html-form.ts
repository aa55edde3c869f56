import assert from 'node:assert/strict'

const ENTITIES: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'"}
const plain = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, it: string) => ENTITIES[it] ?? '')

const attribute = (tag: string, name: string) => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return found === undefined ? undefined : plain(found)
}

/** What a select sends: the option that is marked, or the first. */
function chosen(inside: string): string {
  const options = [...inside.matchAll(/<option\b[^>]*>/g)].map(([it]) => it)
  return attribute(options.find(it => /\sselected\b/.test(it)) ?? options[0] ?? '', 'value') ?? ''
}

const isSent = (tag: string) => !/type="(checkbox|radio)"/.test(tag) || /\schecked\b/.test(tag)

type Field = [name: string, value: string]

/** The fields that the form of a page with this action sends, if it is sent as it came: lines of areas end with `\r\n`, as in browsers. */
function fieldsOf(page: string, action: string): readonly Field[] {
  const form = [...page.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/g)].find(([, it]) =>
    it?.includes(`action="${action}"`),
  )
  if (!form) throw new Error(`there is no form for ${action}`)
  const controls = /<input\b[^>]*>|<select\b[^>]*>[^]*?<\/select>|<textarea\b[^>]*>[^]*?<\/textarea>/g
  return [...(form[2] ?? '').matchAll(controls)].flatMap(([text]): Field[] => {
    const [tag = ''] = /^<[^>]*>/.exec(text) ?? []
    const name = attribute(tag, 'name')
    if (name === undefined || !isSent(tag)) return []
    if (tag.startsWith('<select')) return [[name, chosen(text)]]
    if (tag.startsWith('<input')) return [[name, attribute(tag, 'value') ?? '']]
    const inside = text.slice(tag.length, -'</textarea>'.length).replaceAll('\r\n', '\n').replace(/^\n/, '')
    return [[name, plain(inside).replaceAll('\n', '\r\n')]]
  })
}

/** A form as it is sent: fields in their order, some of them more than once. */
export class Form {
  constructor(readonly fields: readonly Field[]) {}

  /** With another value in a field that it has: of those of one name the one of this line. */
  set(name: string, value: string, line = 0): Form {
    const at = this.fields.map((it, i) => (it[0] === name ? i : -1)).filter(it => it >= 0)[line]
    assert.ok(at !== undefined, `the form has no ${name} in line ${line}`)
    return new Form(this.fields.with(at, [name, value]))
  }

  /** With fields that it lacks: a box that is ticked, a button. */
  add(...more: readonly Field[]): Form {
    return new Form([...this.fields, ...more])
  }

  /** What all lines have in a field. */
  all(name: string): readonly string[] {
    return this.fields.filter(it => it[0] === name).map(it => it[1])
  }

  /** As a browser sends it. */
  get body(): string {
    return new URLSearchParams(this.fields.map(([name, value]): Field => [name, value])).toString()
  }
}

export const FORM_TYPE = 'application/x-www-form-urlencoded'

/** The form of a page with this action, as it came. */
export const formIn = (page: string, action: string): Form => new Form(fieldsOf(page, action))
