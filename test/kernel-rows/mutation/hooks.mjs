/** The loader hooks behind register.mjs. They run on Node's loader thread, below those of tsx. */

let mutation;
let recorder;

export function initialize(data) {
  ({ mutation, recorder } = data);
}

export function resolve(specifier, context, next) {
  if (specifier === 'uvu') return { url: recorder, format: 'module', shortCircuit: true };
  return next(specifier, context);
}

export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!mutation || url.split('?')[0] !== mutation.url) return loaded;
  const text = Buffer.from(loaded.source).toString();
  // A function: `$` in the replacement means nothing.
  return { ...loaded, source: text.replace(mutation.find, () => mutation.replace) };
}
