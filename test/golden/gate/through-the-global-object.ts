export const Table = globalThis.Map;
