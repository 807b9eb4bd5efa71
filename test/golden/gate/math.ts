export const product = Math.imul(3, 4);
export const zeroes = Math.clz32(1);
export const whole = Math.trunc(1.5);
export const far = Math.hypot(3, 4);
