export const here = import.meta;
