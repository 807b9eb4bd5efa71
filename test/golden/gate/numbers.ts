export const whole = Number.isInteger(3);
export const largest = Number.MAX_SAFE_INTEGER;
export const short = (1.234).toPrecision(2);
