export const made = Array['from']([1]);
