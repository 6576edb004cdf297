/** The library that reads and checks what passkeys say. It is large, so it is loaded when the first one is used. */
export async function passkeyLibrary() {
  // A part of the library wants this to be there before it, and in the executable it would come after.
  await import('reflect-metadata')
  return import('@simplewebauthn/server')
}
