async function measure(): Promise<number> {
  throw new Error('no sensor');
}

measure();
