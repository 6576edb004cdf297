import { afterAll, afterEach, expect } from 'bun:test'
import { closeBrowser, openPage, type PageOptions, type Visit } from './chromium.ts'
import { type Network, startNetwork } from './network.ts'
import { type Site, startSite } from './site.ts'

/** What the journeys of one file share: an app of their own, and browsers that are closed after each of them. */
export type Journeys = {
  site: Pick<Site, 'url' | 'share'>
  /** A fresh browser at the site. What goes wrong in it, even unnoticed, fails the journey. */
  visit(options?: PageOptions): Promise<Visit>
}

/** Starts an app, with `settings`, for the journeys of the file that calls it. */
export async function journeys(settings?: Record<string, string>): Promise<Journeys> {
  const site = await startSite(undefined, settings)
  const visit = visitsTo(site.url)
  afterAll(() => site.stop())
  return { site, visit }
}

/** The same with a line in between that a journey can cut; it is mended after each. */
export async function journeysOnALine(): Promise<Journeys & { network: Network }> {
  let site: Awaited<ReturnType<typeof startSite>>
  const network = await startNetwork(() => site.url)
  site = await startSite(network.url)
  afterEach(() => {
    network.play(undefined)
    network.mend()
  })
  const visit = visitsTo(network.url)
  afterAll(async () => {
    await network.stop()
    await site.stop()
  })
  return { site, network, visit }
}

function visitsTo(baseURL: string): Journeys['visit'] {
  let visits: Visit[] = []
  afterAll(closeBrowser)
  afterEach(async () => {
    const trouble = visits.flatMap((visit) => visit.trouble)
    for (const visit of visits) await visit.context.close()
    visits = []
    expect(trouble).toEqual([])
  })
  return async (options = {}) => {
    const visit = await openPage({ baseURL, ...options })
    visits.push(visit)
    return visit
  }
}
