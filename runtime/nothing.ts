/** The handler of whoever has none. */
export function nothing(): void {}
