import type { Page } from 'playwright-core'

/** Waits until nothing on the page moves or loads any more. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => {
    // A live page keeps a line open.
  })
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})))
  })
}
