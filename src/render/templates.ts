import Handlebars from 'handlebars'
import {LabError, messageOf} from '../errors.js'
import {COMPOSE_HELPERS} from './compose-helpers.js'
import {HELPERS} from './helpers.js'

/** Text of every template, by path below templates/, without `.hbs`. */
export type Templates = ReadonlyMap<string, string>

export type Renderer = (template: string, view: object) => string

type Helpers = Readonly<Record<string, Handlebars.HelperDelegate>>

const PARTIALS = 'partials/'

/**
 * Renders templates by path. Values are written as they are (a JDBC URL's `=` would become `&#x3D;`); a value or helper that is
 * missing throws `template-invalid` with the template and its line.
 */
export function renderer(templates: Templates, extra: Helpers = {}): Renderer {
  const handlebars = Handlebars.create()
  const helpers: Helpers = {...HELPERS, ...COMPOSE_HELPERS, ...extra}
  handlebars.registerHelper({...helpers})
  for (const [path, text] of templates)
    if (path.startsWith(PARTIALS)) handlebars.registerPartial(path.slice(PARTIALS.length), text)
  const knownHelpers = Object.fromEntries(Object.keys(helpers).map(name => [name, true]))
  const compiled = new Map<string, Handlebars.TemplateDelegate>()

  const compile = (template: string) => {
    const text = templates.get(template)
    if (text === undefined)
      throw new LabError('template-invalid', `There is no template templates/${template}.hbs.`, {
        next: ['Install apim-lab again'],
      })
    return handlebars.compile(text, {noEscape: true, strict: true, knownHelpers, knownHelpersOnly: true})
  }

  return (template, view) => {
    try {
      const run = compiled.get(template) ?? compile(template)
      compiled.set(template, run)
      return run(view)
    } catch (error) {
      if (error instanceof LabError) throw error
      throw new LabError('template-invalid', `templates/${template}.hbs: ${messageOf(error)}`, {cause: error})
    }
  }
}
