import { expect, test } from 'bun:test'
import { missingPackages, root } from '../../bin/install.mjs'

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/hono': { version: '4.0.0' },
    'node_modules/typescript': { version: '7.0.0', dev: true },
    'node_modules/a/node_modules/b': { version: '1.0.0' },
    'node_modules/@oven/bun-windows-x64': { version: '1.0.0', optional: true },
  },
}
const served = {
  packages: { 'node_modules/hono': { version: '4.0.0' }, 'node_modules/a/node_modules/b': { version: '1.0.0' } },
}

test('nothing is missing when every package the purpose needs has its version', () => {
  expect(missingPackages(lock, served, { everything: false })).toEqual([])
  expect(missingPackages(lock, served, { everything: true })).toEqual(['typescript'])
})

test('another version is missing, and so is all of it when npm did not finish', () => {
  const older = { packages: { ...served.packages, 'node_modules/hono': { version: '3.9.0' } } }
  expect(missingPackages(lock, older, { everything: false })).toEqual(['hono'])
  expect(missingPackages(lock, undefined, { everything: false })).toEqual(['hono', 'b'])
})

test('every dependency has one exact version, and the lockfile names no host to fetch it from', async () => {
  const { dependencies, devDependencies } = await Bun.file(`${root}/package.json`).json()
  const versions = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d/.test(String(version)),
  )
  expect(versions).toEqual([])
  const { packages } = await Bun.file(`${root}/package-lock.json`).json()
  expect(Object.entries<{ resolved?: string }>(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual(
    [],
  )
})

test('install scripts are allowed for exactly the packages that have one', async () => {
  const { allowScripts } = await Bun.file(`${root}/package.json`).json()
  const { packages } = await Bun.file(`${root}/package-lock.json`).json()
  const scripted = Object.entries<{ hasInstallScript?: boolean }>(packages).filter(
    ([, entry]) => entry.hasInstallScript,
  )
  expect(scripted.map(([path]) => path.replace(/^.*node_modules\//, '')).sort()).toEqual(
    Object.keys(allowScripts).sort(),
  )
})
