/** What the language does, engine by engine: each case says what it found, one message a line. */
import { createEndpoint, decodeText } from 'rproc-sdk/runtime';
import { cases } from './cases.js';
import { dataCases } from './data-cases.js';

const all = { ...cases, ...dataCases };

createEndpoint({ name: 'language' }, async (data, src, endpoint) => {
  const name = decodeText(data);
  if (name === '') {
    for (const each of Object.keys(all)) await endpoint.sendTo(src, each);
    return;
  }
  let count = 0;
  const say = (...values: unknown[]): void => {
    count++;
    endpoint.sendTo(src, name + ': ' + values.map(String).join(' '));
  };
  try {
    await all[name](say);
  } catch (error) {
    say('threw ' + error);
  }
  await endpoint.sendTo(src, name + ' said ' + count);
});
console.log('language is up');
