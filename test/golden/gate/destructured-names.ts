const { from } = Array;
const { imul: multiply } = Math;
export const text = from([multiply(2, 3)]);
