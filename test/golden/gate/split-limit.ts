export const two = 'a b c'.split(' ', 2);
