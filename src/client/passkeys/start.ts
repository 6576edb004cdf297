// The few pages that have a use for passkeys load this file, and browsers that know them the rest.
if (window.PublicKeyCredential) void import('./passkeys.ts')
