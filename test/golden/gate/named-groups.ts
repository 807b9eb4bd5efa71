export const year = /(?<year>\d{4})/.exec('2026');
