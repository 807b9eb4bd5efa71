export const seen = new Proxy({}, {});
export const keys = Reflect.ownKeys({});
