import type {Page} from 'puppeteer-core'

/** In the page: what a careful reader would not let pass, as sentences. Contrasts are those of WCAG 2.2, level AA. */
const FAULTS = `(() => {
  const faults = []
  const all = selector => [...document.querySelectorAll(selector)].filter(it => it.checkVisibility())
  const wide = document.documentElement.scrollWidth - window.innerWidth
  if (wide > 0) faults.push('wider than its window by ' + wide)
  if (all('h1').length !== 1) faults.push(all('h1').length + ' h1')
  if (all('main').length !== 1 || all('header').length !== 1) faults.push('landmarks')
  if (!document.documentElement.lang || !document.title) faults.push('language or title')
  for (const it of all('input, select, textarea')) {
    if (it.type !== 'hidden' && !it.labels[0]?.textContent.trim()) faults.push('no label: ' + it.name)
  }
  for (const it of all('input[type=checkbox]')) if (it.offsetWidth > 32) faults.push('a checkbox as wide as a field: ' + it.name)
  // Markdown has no captions: tables of documents are their authors'.
  for (const it of all('table')) if (!it.closest('.rich') && !it.caption?.textContent.trim()) faults.push('a table without a caption')
  for (const it of all('[role=img]')) if (!it.ariaLabel) faults.push('a picture without a text')
  const colour = text => text.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => [r, g, b]
    .map(it => (it / 255 <= 0.04045 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, it, i) => sum + it * [0.2126, 0.7152, 0.0722][i], 0)
  const ratio = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }
  const behind = it => {
    for (; it; it = it.parentElement) {
      const found = colour(getComputedStyle(it).backgroundColor)
      if (found[3] !== 0) return found
    }
    return [255, 255, 255]
  }
  for (const it of all('body *')) {
    if (it.closest('.unseen, .skip, option, title') || ![...it.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue
    const found = ratio(colour(getComputedStyle(it).color), behind(it))
    if (found < 4.5) faults.push('contrast ' + found.toFixed(1) + ': ' + it.textContent.trim().slice(0, 40))
  }
  for (const it of all('input, select, textarea')) {
    if (it.type === 'hidden') continue
    const found = ratio(colour(getComputedStyle(it).borderTopColor), behind(it.parentElement))
    if (found < 3) faults.push('contrast ' + found.toFixed(1) + ': border of ' + it.name)
  }
  const range = document.createRange()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.parentElement.checkVisibility() || node.parentElement.closest('.unseen, .skip, option, textarea')) continue
    // Longer ones, and what has no spaces, may have to break.
    for (const {0: word, index} of node.data.matchAll(/(?<!\\S)[A-Za-z]{2,16}(?!\\S)/g)) {
      range.setStart(node, index)
      range.setEnd(node, index + word.length)
      if (new Set([...range.getClientRects()].map(it => Math.round(it.top))).size > 1) faults.push('a broken word: ' + word)
    }
  }
  return faults
})()`

/** What is wrong with a page, as sentences. */
export const faultsOf = (page: Page): Promise<readonly string[]> => page.evaluate(FAULTS) as Promise<string[]>

const CONTROLS = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(it => it.checkVisibility())`

/** What Tab does not reach, or where one does not see that it has. */
export const unreachable = async (page: Page): Promise<readonly string[]> => {
  const count = (await page.evaluate(`{
    window.reached = new Set()
    addEventListener('focusin', ({target}) => {
      if (getComputedStyle(target).outlineStyle !== 'none') reached.add(target)
    });
    ${CONTROLS}.length
  }`)) as number
  // Some presses are for what is not a control: text that scrolls, the end of the page.
  await Promise.all(Array.from({length: count + 10}, () => page.keyboard.press('Tab')))
  const left = `${CONTROLS}.filter(it => !reached.has(it)).map(it => it.name || it.textContent.trim() || it.tagName)`
  return page.evaluate(left) as Promise<string[]>
}
