export const settled = Promise.allSettled([Promise.resolve(1)]);
export const any = Promise.any([Promise.resolve(1)]);
