import {rangeOf} from '../../analytics/ranges.js'
import {needed, type MakeComponent} from '../../component.js'
import {badRequest} from '../../http/fault.js'
import {route} from '../../http/router.js'
import {makeSite, type Visit} from '../../pages/site.js'
import {makeBusinessRules} from './business-rules.js'
import {makeIdentity, type Viewer} from './identity.js'
import {dashboardPage} from './page.js'
import {alertsOf, countedApis, pointsOf} from './statistics.js'

const BASE = '/analytics-dashboard'
const FIRST = '1h'

/** The analytics dashboard of the built-in release: one page of what the worker has counted. */
export const makeAnalyticsDashboard: MakeComponent = context => {
  const statistics = needed(context, 'APIM_ANALYTICS_DB')
  const identity = makeIdentity(context)
  const rules = makeBusinessRules(context, needed(context, 'BUSINESS_RULES_DB'))
  const site = makeSite<Viewer>({
    base: BASE,
    title: 'API Analytics',
    nav: [
      ['', 'Statistics'],
      ['#alerts', 'Alerts'],
      ['#rule', 'Business rule'],
    ],
    signIn: account => identity.signIn(account),
    nameOf: ({name}) => name,
  })

  const show = async (visit: Visit<Viewer>) => {
    const {query} = visit.call
    const asked = query.get('range') ?? FIRST
    const range = rangeOf(asked)
    const {user} = visit.session
    const wanted = {tenantDomain: user.tenantDomain, apiName: query.get('api') || undefined}
    const [points, alerts, rule, counted, named] = await Promise.all([
      pointsOf(statistics, wanted, range),
      alertsOf(statistics, wanted),
      rules.rule(),
      countedApis(statistics, user.tenantDomain),
      identity.apiNames(user),
    ])
    return dashboardPage(visit, BASE, {
      range: asked,
      apiName: wanted.apiName,
      apiNames: [...new Set([...counted, ...(named ?? [])])].sort((a, b) => a.localeCompare(b)),
      points,
      alerts,
      rule,
      ruleProblem: rules.problem(),
      away: context.links.filter(it => it.status().state !== 'connected').map(({link}) => link),
    })
  }
  return {
    routes: {
      management: [
        ...site.routes,
        site.page('', show),
        site.action('/rule', async (_, form) => {
          const text = form.get('threshold') ?? ''
          if (!/^\d{1,7}$/.test(text) || Number(text) > 1_000_000) {
            throw badRequest('The threshold is a whole number from 0 to 1000000')
          }
          await rules.save(Number(text))
          return '#rule'
        }),
        route.get(`${BASE}/`, () => ({status: 303, headers: {location: BASE}})),
        site.missing,
      ],
    },
    close: () => rules.close(),
  }
}
