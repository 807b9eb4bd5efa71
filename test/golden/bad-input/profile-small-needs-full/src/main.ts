import { parse, stamp } from './parse.js';

const cache = new Map<string, WeakRef<object>>();
export function remember(name: string, value: object): void {
  cache.set(name, new WeakRef(value));
}

remember('first', {});
console.log(parse('a=1; b=2'), stamp());
console.log(['b', 'a'].sort((x, y) => x.localeCompare(y)), typeof Proxy);
