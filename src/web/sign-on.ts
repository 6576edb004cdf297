import type { User } from '#db/schema.ts'
import type { Any } from './env.ts'
import { type Html, html, nothing } from './html.ts'

/** Another site through which people may log in, and the origin to which a form for it leads in the end. */
export type Gateway = { id: string; name: string; origin: string }

/** The other sites through which people may log in (single sign-on). */
export interface SignOn {
  /** All of the settings; with `user` those at which this person has an account that is linked to the one here. */
  gateways(user?: Pick<User, 'id'>): Promise<Gateway[]>
}

/**
 * The sites for the forms of this answer. Browsers follow a form to another site only where the page allows it
 * (Content-Security-Policy, form-action), so the answer is made to.
 */
export async function gatewaysFor(c: Any, user?: Pick<User, 'id'>): Promise<Gateway[]> {
  const gateways = await c.var.signOn.gateways(user)
  c.var.formTargets.push(...gateways.map(({ origin }) => origin))
  return gateways
}

/** A button for each, below those of the form that it stands in; what else was typed there is not looked at. */
export const gatewayButtons = (gateways: Gateway[]): Html =>
  gateways.length === 0
    ? nothing
    : html`<p class="or"><span>or</span></p>
      ${gateways.map(({ id, name, origin }) => html`<button class="quiet" name="origin" value="${origin}" formaction="/auth/${id}" formnovalidate>Go on with ${name}</button>`)}`

/** A form of its own for one of them. `fields` are further ones; `name` is what those hear who do not see what is around. */
export const gatewayForm = (
  { origin }: Gateway,
  {
    action,
    label,
    name,
    look = nothing,
    fields = nothing,
  }: { action: string; label: string; name?: string; look?: Html; fields?: Html },
): Html =>
  html`<form${look} method="post" action="${action}" data-turbo="false">${fields}<button class="quiet" name="origin" value="${origin}"${name === undefined ? nothing : html` aria-label="${name}"`}>${label}</button></form>`
