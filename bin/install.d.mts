export const root: string
export const bun: string
export function install(wish: { everything: boolean }): Promise<void>
export function missingPackages(
  lock: { packages: Record<string, { version?: string; dev?: boolean; optional?: boolean }> },
  present: { packages?: Record<string, { version?: string }> } | undefined,
  wish: { everything: boolean },
): string[]
