// Turbo 8 ships no types. Only what we call stands here.
declare module '@hotwired/turbo' {
  type VisitOptions = {
    action?: 'advance' | 'replace'
    shouldCacheSnapshot?: boolean
    response?: { statusCode: number; responseHTML: string; redirected: boolean }
  }
  export const cache: { clear(): void }
  export const config: { forms: { submitter: 'disabled' | 'aria-disabled' } }
  export const navigator: { currentVisit?: { action: string }; stop(): void }
  export const session: { adapter: { hideVisitProgressBar(): void } }
  export function visit(location: string, options?: VisitOptions): void
}
