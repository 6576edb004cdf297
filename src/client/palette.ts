/** x */
export function openPalette(): void {}
