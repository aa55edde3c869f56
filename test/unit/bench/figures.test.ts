import {equal, throws} from 'node:assert/strict'
import {figuresText, isOver, median, percentile, ratio} from '../../bench/figures.js'
import {withInterval} from '../../bench/interval.js'
import {rendered} from '../../support/lab.js'

describe('figures of a bench', () => {
  it('takes the middle one of an odd number of values, and the mean of the two in the middle of an even one', () => {
    equal(median([3]), 3)
    equal(median([9, 1, 5]), 5)
    equal(median([4, 10]), 7)
    equal(median([10, 1, 4, 7]), 5.5)
    throws(() => median([]))
  })

  it('takes the value that so many of all are not above', () => {
    const hundred = Array.from({length: 100}, (_, i) => i + 1)
    equal(percentile(hundred, 0.5), 50)
    equal(percentile(hundred, 0.99), 99)
    equal(percentile([7], 0.99), 7)
    throws(() => percentile([], 0.5))
  })

  it('is over its limit above it, not at it; what could not be measured is over every limit', () => {
    const figure = {name: 'idle', unit: '%', most: 3}
    equal(isOver({...figure, value: 3}), false)
    equal(isOver({...figure, value: 3.01}), true)
    equal(isOver({...figure, value: NaN}), true)
    equal(isOver({name: 'wall', unit: 's', value: 1e9}), false)
  })

  it('tells ratio, limit, verdict and what it was made of', () => {
    const down = ratio('down', [2, 1, 3], [4, 5], {unit: 's', most: 0.4})
    const lines = ratio('up', [1], [2], {unit: 's', most: 0.5})
    equal(
      figuresText([down, lines, {name: 'wall', value: 1.5, unit: 's'}]),
      `  down      0.44 x  at most 0.40  OVER  2.00 s / 4.50 s
  up        0.50 x  at most 0.50  ok  1.00 s / 2.00 s
  wall      1.50 s
`,
    )
  })

  it('makes every health check of our compose file run each second, and changes nothing else', () => {
    const file = String(rendered().files.find(({path}) => path === 'compose.yaml')!.content)
    const every = withInterval(file, 1)
    equal(every.match(/ interval: 1s$/gm)!.length, file.match(/healthcheck:$/gm)!.length)
    equal(every.replaceAll(/interval: \d+s/g, ''), file.replaceAll(/interval: \d+s/g, ''))
    throws(() => withInterval('services: {}\n', 1), /no health check/)
  })
})
