import type {AskOptions} from './ask.js'

interface FormFile {
  readonly name: string
  readonly bytes: Buffer
  readonly type?: string
}

/** A form with files, as `ask` sends it. */
export const multipart = async (fields: Readonly<Record<string, string | FormFile>>): Promise<AskOptions> => {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.set(field, value)
    else form.set(field, new Blob([new Uint8Array(value.bytes)], {type: value.type ?? ''}), value.name)
  }
  const sent = new Response(form)
  const headers = {'content-type': sent.headers.get('content-type') ?? ''}
  return {method: 'POST', headers, body: Buffer.from(await sent.arrayBuffer())}
}
