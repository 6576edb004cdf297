import MarkdownIt from 'markdown-it'
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs'
import type Token from 'markdown-it/lib/token.mjs'
import { type Html, raw } from './html.ts'

/**
 * Notes in Markdown (CommonMark with tables and strikethrough) as markup. HTML in them stays text. A link leads to web,
 * mail and telephone addresses and to pages of ours, never to a script; a picture becomes a link to it, for nothing is
 * fetched from elsewhere by looking at a page. Lines break where they were broken. All headings are of the third level:
 * the notes stand below one of the second.
 *
 * However hostile 64 kB are, this is done in a fraction of a second: depth is bounded, and what a few letters can make
 * very long (references) or very slow (guessing where an address in the middle of a text ends) is left out.
 */
export const markdown = (text: string): Html => raw(renderer.render(text))

const renderer = new MarkdownIt('default', { html: false, linkify: false, breaks: true })
// A paragraph in twenty quotes is nobody's notes. Beyond that depth marks stay text.
renderer.set({ maxNesting: 20 } as object)
renderer.disable(['reference'])
renderer.validateLink = (address) => /^(https?:|mailto:|tel:|\/(?!\/))/i.test(address.trim())
renderer.core.ruler.push('ours', (state) => {
  for (const [i, token] of state.tokens.entries()) {
    tidy(token)
    if (token.type !== 'inline') continue
    token.children = inOurWay(state, token)
    if (state.tokens[i - 2]?.type === 'list_item_open') drawBox(token.children)
  }
})

function tidy(token: Token): void {
  if (token.type.startsWith('heading')) token.tag = 'h3'
  if (token.type === 'th_open') token.attrSet('scope', 'col')
  // Which side a column leans to is written as a style, and the page allows none.
  const style = token.attrs?.findIndex(([name]) => name === 'style') ?? -1
  if (style >= 0) token.attrs?.splice(style, 1, ['class', String(token.attrGet('style')).replace('text-align:', 'to-')])
  // Each paragraph runs as its first letters do.
  if (OPENS_TEXT.has(token.type)) token.attrSet('dir', 'auto')
}

const OPENS_TEXT = new Set(['paragraph_open', 'heading_open', 'list_item_open', 'td_open', 'th_open'])

/** A list of things to do: `- [ ]` and `- [x]`, as many people write them. */
function drawBox([first]: Token[]): void {
  if (first) first.content = first.content.replace(/^\[ \](?= )/, '☐').replace(/^\[x\](?= )/i, '☑')
}

/** The parts of a line: addresses in it are links, pictures are links too, and no link is without a word. */
function inOurWay(state: StateCore, line: Token): Token[] {
  const parts: Token[] = []
  let link: Token | undefined
  let begin = 0
  for (const part of line.children ?? []) {
    if (part.type === 'link_open') {
      link = withRel(part)
      begin = parts.length
    } else if (part.type === 'link_close') {
      if (!parts.slice(begin + 1).some(hasWords)) parts.push(textOf(state, link?.attrGet('href') ?? ''))
      link = undefined
    }
    if (part.type === 'image') parts.push(...picture(state, part, link !== undefined))
    else if (part.type === 'text' && !link) parts.push(...withLinks(state, part))
    else parts.push(part)
  }
  return parts
}

const hasWords = (part: Token): boolean => part.content.trim() !== ''

const textOf = (state: StateCore, content: string): Token => {
  const text = new state.Token('text', '', 0)
  text.content = content
  return text
}

function withRel(link: Token): Token {
  link.attrSet('rel', 'noopener noreferrer nofollow')
  return link
}

function linkTo(state: StateCore, href: string, words: string): Token[] {
  const open = withRel(new state.Token('link_open', 'a', 1))
  open.attrSet('href', href)
  return [open, textOf(state, words), new state.Token('link_close', 'a', -1)]
}

function picture(state: StateCore, image: Token, isInLink: boolean): Token[] {
  const address = image.attrGet('src') ?? ''
  const words = image.content.trim() || address
  return isInLink ? [textOf(state, words)] : linkTo(state, address, words)
}

/** A text in which web addresses have become links. What ends a sentence does not belong to its address. */
function withLinks(state: StateCore, { content }: Token): Token[] {
  const parts: Token[] = []
  let end = 0
  for (const { 0: found, index } of content.matchAll(ADDRESS)) {
    const address = found.slice(0, endOf(found))
    const href = renderer.normalizeLink(address)
    if (!renderer.validateLink(href)) continue
    if (index > end) parts.push(textOf(state, content.slice(end, index)))
    parts.push(...linkTo(state, href, address))
    end = index + address.length
  }
  if (end < content.length) parts.push(textOf(state, content.slice(end)))
  return parts
}

// No part of it can be matched in two ways, so it takes one look at each letter.
const ADDRESS = /\bhttps?:\/\/[^\s<>"“”«»]{2,2000}/gi

// A bracket at the end belongs to the address when one was opened in it: (see https://example.com/a_(b)).
function endOf(address: string): number {
  let unopened = address.split(')').length - address.split('(').length
  let end = address.length
  for (; end > 0; end--) {
    const last = address[end - 1] as string
    if (last === ')' ? unopened <= 0 : !ENDS_SENTENCE.test(last)) break
    if (last === ')') unopened--
  }
  return end
}

const ENDS_SENTENCE = /[.,:;!?'’*_~]/
