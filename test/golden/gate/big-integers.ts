export const large = 12345678901234567890n;
export const half = BigInt(1);
