import { createEndpoint } from 'rproc-sdk/runtime';

async function fails(): Promise<void> {
  await undefined;
  throw new Error('late');
}

try {
  createEndpoint({ name: 'a-service-name-of-32-bytes-aaaaa' }, () => {});
} catch (error) {
  console.warn(error instanceof RangeError);
}
fails().catch((error: Error) => console.log('caught', error.message));
Promise.all([fails(), Promise.resolve(1)]).then(undefined, () => console.log('caught all'));
Promise.race([Promise.resolve(2), fails()]).then(console.log);
const late = fails();
late.then(undefined, () => console.log('caught by then'));
Promise.reject(new Error('finally'))
  .finally(() => console.log('finally'))
  .catch(() => console.log('caught after finally'));

async function awaits(): Promise<void> {
  try {
    await fails();
  } catch {
    console.log('caught by await');
  }
  console.log('all caught');
}
awaits();
