export const counts = [((a: number, b = 1) => a + b).length, Math.max.length, 'text'.length];
