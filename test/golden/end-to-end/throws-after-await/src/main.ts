function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function measure(channel: number): Promise<number> {
  await sleep(10);
  if (channel > 3) throw new RangeError(`there is no channel ${channel}`);
  return channel;
}

async function main(): Promise<void> {
  console.log(await measure(3));
  console.log(await measure(4));
}

main();
