export const sum = eval('1 + 1');
export const add = new Function('a', 'return a');
