const bytes = new Uint8Array(4);
export const any = bytes.some((byte) => byte > 0);
export const moved = bytes.copyWithin(0, 2);
