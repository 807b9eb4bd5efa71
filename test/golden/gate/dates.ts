export const utc = Date.UTC(2026, 0);
export const shown = new Date().toLocaleString();
