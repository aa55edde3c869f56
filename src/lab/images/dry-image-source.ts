import type {Engine} from '../../engine/engine.js'
import {loginNeeded} from '../../model/login-needed.js'
import {BASE_IMAGE, localImageSpec, type LocalImage} from '../../model/local-images.js'
import type {Preparation} from '../../plan/preparations.js'
import type {LabContext} from '../context.js'
import {GIGABYTE_IN_MB, ImageSource, type ImageOptions} from './image-source.js'

/** Notes what would be pulled or built, and why; the engine has it from then on as far as the others can tell. */
export class DryImageSource extends ImageSource {
  readonly #steps: Preparation[] = []

  constructor(
    engine: Engine,
    context: LabContext,
    options: ImageOptions,
    /** What the images of the release take together, where that is known. */
    readonly pullMb: number | undefined,
  ) {
    super(engine, context, options)
  }

  override get steps(): readonly Preparation[] {
    return this.#steps
  }

  override async has(image: string): Promise<boolean> {
    return this.#isPlanned(image) || super.has(image)
  }

  override pull(image: string): Promise<void> {
    const size = this.pullMb === undefined ? '' : `; all of the release are about ${this.pullMb / GIGABYTE_IN_MB} GB`
    this.#plan({kind: 'pull-image', subject: image, cause: `not on this engine${size}`})
    return Promise.resolve()
  }

  override async build(image: LocalImage): Promise<string> {
    const tag = this.tag(image)
    const state = await this.stateOf(image)
    if (state === 'current') return tag
    const base = localImageSpec(image).onNode ? await this.nodeBase() : BASE_IMAGE
    if (!(await this.has(base))) this.#plan({kind: 'build-image', subject: base, cause: `${tag} is built on it`})
    this.#plan({
      kind: 'build-image',
      subject: tag,
      cause: state === 'missing' ? 'not on this engine' : 'made from other sources than these',
    })
    return tag
  }

  override async missing(image: string): Promise<unknown> {
    return (await this.ask(image)) === 'login-needed' ? loginNeeded(image, false, undefined) : super.missing(image)
  }

  #isPlanned(image: string): boolean {
    return this.steps.some(({subject}) => subject === image)
  }

  #plan(step: Preparation): void {
    if (!this.#isPlanned(step.subject)) this.#steps.push(step)
  }
}
