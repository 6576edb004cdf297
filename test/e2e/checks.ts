import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import type { Page } from 'playwright-core'

/**
 * What axe-core finds wrong with the page as it is now (WCAG 2.2 A and AA, and its best practices), one
 * line for each violation with the elements concerned; empty when all is well. Needs a page with script.
 */
export async function axe(page: Page): Promise<string[]> {
  // While Turbo fetches, it says so on the root element, where axe does not allow it.
  await page.waitForSelector('html:not([aria-busy])')
  // Evaluated by the debugger, so the page's content security policy is neither asked nor weakened.
  await page.evaluate(await axeSource())
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    type Violation = { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }
    const { violations } = await axe.run()
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map((node) => `  ${node.target.join(' ')}: ${node.failureSummary}`).join('\n')}`,
    )
  })
}

/** What html-validate finds wrong with a whole document, one line each with its place; empty when all is well. */
export async function validateHtml(text: string): Promise<string[]> {
  const { results } = await validator.validateString(text)
  return results.flatMap(({ messages }) =>
    messages.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`),
  )
}

const axeSource = () => Bun.file(new URL(import.meta.resolve('axe-core/axe.min.js'))).text()

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ['html-validate:recommended'],
    rules: {
      // A browser writes it in capitals, our templates do not.
      'doctype-style': 'off',
      // Templates leave blanks where a part is absent; nobody sees them.
      'no-trailing-whitespace': 'off',
      // The defaults are what we mean: a button submits its form, an input holds text.
      'no-implicit-button-type': 'off',
      'no-implicit-input-type': 'off',
      // Boxes of one name are one field with several values.
      'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit'] }],
    },
  }),
)
